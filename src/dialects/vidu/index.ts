/** Vidu's platform API, under /ent/v2 and /tools/v2, and under /proxy/vidu for ComfyUI's nodes. */
import { standardSchedule } from '../../core/backoff.ts';
import type { LinkSigner } from '../../core/own-links.ts';
import type { UploadSessions } from '../../core/uploads.ts';
import { creationSchema, resultSchema } from '../../wires/vidu/bodies.ts';
import { errorSchema } from '../../wires/vidu/errors.ts';
import { type Call, type Dialect, type DialectServices, jsonResponse, readAuthorization } from '../dialect.ts';
import { createOpenApi, type DocumentedRoute } from '../openapi.ts';
import { createCallbacks, vendorSchedule } from './callbacks.ts';
import { createEncoder, dialectName } from './encode.ts';
import { encodeError, errorRows } from './errors.ts';
import { submitRoutes, writeSubmit } from './submit.ts';
import { taskRoutes } from './tasks.ts';
import { uploadRoutes } from './uploads.ts';

export type ViduOptions = {
  readonly signer: LinkSigner;
  readonly uploads: UploadSessions;
  /** How long links to results are good for. */
  readonly linkMs: number;
  /** Whether callbacks are tried as often as Vidu's page says, or as long as ours. */
  readonly isVendorSchedule: boolean;
  /** Whether off-peak work is refused where the vendor is said to refuse it. */
  readonly isOffPeakChecked: boolean;
};

const ownPath = '/ent/v2/';
/** Where ComfyUI's nodes look for the same calls. */
const proxyPath = '/proxy/vidu/';

/** Vidu's own scheme, that of its resellers and generated clients, and ComfyUI's header on the paths of its nodes. */
function readKey({ request }: Call): string | undefined {
  const key = readAuthorization(request, 'Token') ?? readAuthorization(request, 'Bearer');
  if (key !== undefined || !new URL(request.url).pathname.includes(proxyPath)) return key;
  return request.headers.get('x-api-key') ?? undefined;
}

export function createViduDialect(services: DialectServices, options: ViduOptions): Dialect {
  const { gateway, links, clock, randomBytes, version } = services;
  const { signer, uploads, linkMs, isOffPeakChecked } = options;
  const encoder = createEncoder({ gateway, links, linkMs });
  const callbacks = createCallbacks(encoder, options.isVendorSchedule ? vendorSchedule : standardSchedule);
  const documented: DocumentedRoute[] = [
    ...submitRoutes({
      gateway,
      encoder,
      randomBytes,
      uploads,
      readKey,
      callbackEvents: callbacks.events,
      isOffPeakChecked,
    }),
    ...taskRoutes({ gateway, encoder, clock }),
    ...uploadRoutes({ gateway, links, clock, uploads, signer }),
    {
      method: 'GET',
      path: '/vidu/openapi.json',
      access: 'public',
      doc: { id: 'getOpenApi', summary: 'This description', answers: { 200: 'application/json' } },
      handle: async () => jsonResponse(describe()),
    },
  ];
  const describe = () =>
    createOpenApi({
      title: 'Vidu',
      description: "Vidu's platform API as this gateway serves it.",
      version,
      server: links.to(''),
      routes: documented,
      components: { Result: resultSchema, Creation: creationSchema, Error: errorSchema },
      error: errorSchema,
      securitySchemes: {
        token: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: '`Token <key>`, or `Bearer <key>`.',
          'x-framegate-prefix': 'Token',
        },
      },
      securityOf: { tenant: 'token', admin: 'token' },
      errors: errorRows.map(({ code, status, vendorCode }) => ({ code, status, says: vendorCode })),
    });
  const forNodes = documented
    .filter(({ path }) => path.startsWith(ownPath))
    .map((route) => ({ ...route, path: route.path.replace(ownPath, proxyPath) }));

  return {
    name: dialectName,
    routes: [...documented, ...forNodes],
    territory: [ownPath, '/tools/v2/files/', proxyPath],
    readKey,
    encodeError: (error, requestId) => encodeError(error, requestId),
    writeSubmit,
    webhooks: callbacks,
  };
}
