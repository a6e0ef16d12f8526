/** The dialects we speak. One line each; nothing else in the project names them. */
import type { SettingValues } from '../settings.ts';
import type { Dialect, DialectServices } from './dialect.ts';
import { createNativeDialect, type NativeOptions } from './native/index.ts';
import { createRuncomfyDialect } from './runcomfy/index.ts';
import { createViduDialect } from './vidu/index.ts';
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
    createRuncomfyDialect(services, values),
    // Before every dialect that has /proxy/:key.
    createViduDialect(services, {
      signer: native.signer,
      uploads: native.uploads,
      linkMs: values['vidu.link_hours'] * 60 * 60 * 1000,
      isVendorSchedule: values['vidu.callback_schedule'] === 'vendor',
      isOffPeakChecked: values['vidu.off_peak'] === 'check',
    }),
    createVtrixDialect(services, readVtrixOptions(values, services.gateway)),
  ];
}
