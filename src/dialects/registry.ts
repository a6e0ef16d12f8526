/** The dialects we speak. One line each; nothing else in the project names them. */
import type { SettingValues } from '../settings.ts';
import type { Dialect, DialectServices } from './dialect.ts';
import { createNativeDialect, type NativeOptions } from './native/index.ts';
import { createRuncomfyDialect } from './runcomfy/index.ts';
import { createVtrixDialect } from './vtrix/index.ts';
import { readVtrixOptions } from './vtrix/options.ts';

export type RegistryOptions = { readonly values: SettingValues; readonly native: NativeOptions };

/** The native dialect comes first: it answers for paths that no dialect has. */
export function createDialects(
  services: DialectServices,
  { values, native }: RegistryOptions,
): readonly [Dialect, ...Dialect[]] {
  return [
    createNativeDialect(services, native),
    createRuncomfyDialect(services, {
      isSeedZeroRandom: values['runcomfy.seed_zero'] === 'random',
      unauthenticatedStatus: values['runcomfy.unauthenticated_status'] === '400' ? 400 : 401,
      insufficientCreditStatus: values['runcomfy.insufficient_credit_status'] === '400' ? 400 : 402,
      unknownModelStatus: values['runcomfy.unknown_model_status'] === '404' ? 404 : 400,
    }),
    createVtrixDialect(services, readVtrixOptions(values, services.gateway)),
  ];
}
