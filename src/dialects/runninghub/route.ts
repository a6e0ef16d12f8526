/** What the routes of this API have in common: who may call them, and how each family of them fails. */
import { type TSchema, Type } from 'typebox';
import type { GatewayError } from '../../core/errors.ts';
import type { KeyScope } from '../../core/tenant.ts';
import {
  legacyFailureSchema,
  pricePreviewSchema,
  taskObjectSchema,
  utilityFailureSchema,
} from '../../wires/runninghub/schemas.ts';
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

/** A missing or wrong key is told in the envelope of the utilities, whatever the family. */
const failureSchemas = {
  submit: Type.Union([taskObjectSchema, utilityFailureSchema]),
  query: Type.Union([taskObjectSchema, utilityFailureSchema]),
  price: pricePreviewSchema,
  utility: utilityFailureSchema,
  upload: utilityFailureSchema,
  path: utilityFailureSchema,
  legacy: legacyFailureSchema,
  account: legacyFailureSchema,
  legacyUpload: legacyFailureSchema,
  native: legacyFailureSchema,
} as const satisfies Record<Family, TSchema>;

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
    doc: { error: failureSchemas[family], ...route.doc },
    access: 'tenant',
    ...(scope === undefined ? {} : { scope }),
    encodeError: ((error: GatewayError) => encodeFailure(family, error, options)) satisfies Route['encodeError'],
  };
}
