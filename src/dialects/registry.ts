/** The dialects we speak. One line each; nothing else in the project names them. */
import type { SettingValues } from '../settings.ts';
import type { Dialect, DialectServices } from './dialect.ts';
import { createNativeDialect, type NativeOptions } from './native/index.ts';
import { createRuncomfyDialect } from './runcomfy/index.ts';
import { createRunninghubDialect } from './runninghub/index.ts';
import { createViduDialect } from './vidu/index.ts';
import { createVtrixDialect } from './vtrix/index.ts';
import { readVtrixOptions } from './vtrix/options.ts';

const hour = 60 * 60 * 1000;
const mebibyte = 1024 * 1024;

export type RegistryOptions = { readonly values: SettingValues; readonly native: NativeOptions };

/** The native dialect comes first: it answers for paths that no dialect has. */
export function createDialects(
  services: DialectServices,
  { values, native }: RegistryOptions,
): readonly [Dialect, ...Dialect[]] {
  const others = [
    createRuncomfyDialect(services, values),
    // Before every dialect that has /proxy/:key.
    createViduDialect(services, {
      signer: native.signer,
      uploads: native.uploads,
      linkMs: values['vidu.link_hours'] * hour,
      isVendorSchedule: values['vidu.callback_schedule'] === 'vendor',
      isOffPeakChecked: values['vidu.off_peak'] === 'check',
    }),
    createVtrixDialect(services, readVtrixOptions(values, services.gateway)),
    createRunninghubDialect(services, {
      hasTransientStatus: values['runninghub.transient_status'] === 'http',
      isSubmitRefusedAsTask: values['runninghub.submit_unauthenticated'] === 'task',
      canceledStatus: values['runninghub.canceled_status'],
      isEventDataText: values['runninghub.event_data'] === 'string',
      isVendorSchedule: values['runninghub.webhook_retries'] === 'vendor',
      resultLinkMs: values['runninghub.result_link_hours'] * hour || undefined,
      uploadBytes: values['limits.media_mebibytes'] * mebibyte,
      legacyUploadBytes: values['runninghub.legacy_upload_mebibytes'] * mebibyte,
    }),
  ];
  return [createNativeDialect(services, native, others), ...others];
}
