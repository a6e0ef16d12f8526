/** What the routes of this API have in common: who may call them, and how each family of them fails. */
import type { GatewayError } from '../../core/errors.ts';
import type { KeyScope } from '../../core/tenant.ts';
import type { DialectServices, Route, TenantCall } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import type { Encoder } from './encode.ts';
import { encodeFailure, type Family } from './errors.ts';
import type { RunninghubOptions } from './options.ts';

export const dialectName = 'runninghub';
/** Of bodies without media. */
export const smallLimitBytes = 1024 * 1024;

/** What the routes are made from. */
export type Parts = DialectServices & { readonly encoder: Encoder; readonly options: RunninghubOptions };

type TenantRoute = Pick<DocumentedRoute, 'method' | 'path' | 'doc'> & {
  readonly family: Family;
  readonly scope?: KeyScope;
  readonly bodyLimitBytes?: number;
  handle(call: TenantCall): Promise<Response>;
};

export function tenantRoute(
  { options }: Pick<Parts, 'options'>,
  { family, scope, ...route }: TenantRoute,
): DocumentedRoute {
  const isBodyless = route.method === 'GET';
  return {
    ...(isBodyless ? {} : { bodyLimitBytes: smallLimitBytes }),
    ...route,
    access: 'tenant',
    ...(scope === undefined ? {} : { scope }),
    encodeError: ((error: GatewayError) => encodeFailure(family, error, options)) satisfies Route['encodeError'],
  };
}
