/** Reads which dialect has a host name or a port of its own. */
import { GatewayError } from '../core/errors.ts';
import type { Dialect } from '../dialects/dialect.ts';

export type Door = { readonly dialect: Dialect } & (
  | { readonly host: string; readonly port?: undefined }
  | { readonly host?: undefined; readonly port: number }
);

/** `name=host.example` or `name=:port` each. Throws GatewayError `invalid_request` that quotes the entry. */
export function readDoors(entries: readonly string[], dialects: readonly Dialect[]): Door[] {
  return entries.map((entry) => {
    const [, name = '', host, port] = /^([a-z]+)=(?:([A-Za-z0-9.-]+)|:(\d{1,5}))$/.exec(entry) ?? [];
    const dialect = dialects.find((one) => one.name === name);
    if (dialect === undefined) {
      const names = dialects.map((one) => one.name).join(', ');
      throw new GatewayError(
        'invalid_request',
        `doors has ${JSON.stringify(entry)}, which must be <api>=<host name> or <api>=:<port>, with one of the APIs ${names}.`,
      );
    }
    if (host !== undefined) return { dialect, host: host.toLowerCase() };
    if (Number(port) <= 65_535) return { dialect, port: Number(port) };
    throw new GatewayError('invalid_request', `doors has ${JSON.stringify(entry)}: a port is at most 65535.`);
  });
}
