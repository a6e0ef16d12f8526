/** Account, queue, keys, and the lists of what this gateway has none of: apps, resources, assets. */
import {
  accountAnswerSchema,
  accountRequestSchema,
  appsAnswerSchema,
  assetsAnswerSchema,
  keysAnswerSchema,
  pageRequestSchema,
  queueAnswerSchema,
  resourcesAnswerSchema,
  utilityFailureSchema,
} from '../../wires/runninghub/schemas.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { encodeAccount, encodeKey, encodeQueue } from './encode.ts';
import { legacySuccess, utilityRefusal, utilitySuccess } from './errors.ts';
import { readCount, readFields } from './read.ts';
import { type Parts, tenantRoute } from './route.ts';

const pageSize = { default: 10, maximum: 50 };
const lastPage = 1_000_000;

/** Assets are kept at the vendor for one family of its models; nothing here reads them. */
const assetCalls = [
  'create',
  'query',
  'update',
  'delete',
  'groups/create',
  'groups/query',
  'groups/update',
  'groups/delete',
] as const;
const noAssets = 'assets are not kept here: give the picture itself, as a URL or a data URI, to the model';

export function utilityRoutes(parts: Parts): DocumentedRoute[] {
  const { gateway, clock } = parts;
  const emptyPage = (current: number, size: number) => ({
    records: [],
    current,
    size,
    total: 0,
    pages: 0,
    hasNext: false,
  });

  return [
    tenantRoute(parts, {
      method: 'POST',
      path: '/uc/openapi/accountStatus',
      family: 'account',
      scope: 'read',
      doc: {
        id: 'getAccountInformation',
        summary: 'Get Account Information',
        body: accountRequestSchema,
        answers: { 200: accountAnswerSchema },
      },
      handle: async ({ caller }) => legacySuccess(encodeAccount(await gateway.account(caller))),
    }),
    tenantRoute(parts, {
      method: 'GET',
      path: '/openapi/v2/queue/status',
      family: 'utility',
      doc: { id: 'getQueueStatus', summary: 'How many tasks wait and run', answers: { 200: queueAnswerSchema } },
      async handle({ caller }) {
        const key = (await gateway.keys(caller)).find(({ id }) => id === caller.keyId);
        return utilitySuccess(encodeQueue(await gateway.account(caller), key));
      },
    }),
    tenantRoute(parts, {
      method: 'GET',
      path: '/openapi/v2/api-key/list',
      family: 'utility',
      doc: { id: 'listApiKeys', summary: "The keys of the caller's tenant", answers: { 200: keysAnswerSchema } },
      async handle({ caller }) {
        const now = clock.now();
        return utilitySuccess((await gateway.keys(caller)).map((key) => encodeKey(key, now)));
      },
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/openapi/v2/aiapp/list',
      family: 'utility',
      scope: 'read',
      doc: {
        id: 'listApps',
        summary: 'AI apps: there are none without a ComfyUI',
        body: pageRequestSchema,
        answers: { 200: appsAnswerSchema },
      },
      async handle(call) {
        const fields = await readFields(call);
        const current = readCount(fields, 'current', 1, lastPage);
        return utilitySuccess(emptyPage(current, readCount(fields, 'size', pageSize.default, pageSize.maximum)));
      },
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/openapi/v2/resource/list',
      family: 'utility',
      scope: 'read',
      doc: {
        id: 'listResources',
        summary: 'Checkpoints and LoRAs: there are none without a ComfyUI',
        body: pageRequestSchema,
        answers: { 200: resourcesAnswerSchema },
      },
      async handle(call) {
        const fields = await readFields(call);
        const current = readCount(fields, 'current', 1, lastPage);
        const size = readCount(fields, 'size', pageSize.default, pageSize.maximum);
        return utilitySuccess({ ...emptyPage(current, size), hasPrevious: false });
      },
    }),
    ...(['assets/list', 'assets/groups/list'] as const).map((path) =>
      tenantRoute(parts, {
        method: 'POST',
        path: `/openapi/v2/${path}`,
        family: 'utility',
        scope: 'read',
        doc: {
          id: path === 'assets/list' ? 'listAssets' : 'listAssetGroups',
          summary: 'Reference material: there is none here',
          answers: { 200: assetsAnswerSchema },
        },
        handle: async () => utilitySuccess({ items: [], totalCount: 0 }),
      }),
    ),
    ...assetCalls.map((path) =>
      tenantRoute(parts, {
        method: 'POST',
        path: `/openapi/v2/assets/${path}`,
        family: 'utility',
        doc: {
          id: `assets_${path.replace('/', '_')}`,
          summary: 'Refused: assets are not kept here',
          answers: { 200: utilityFailureSchema },
        },
        handle: async () => utilityRefusal('1009', noAssets),
      }),
    ),
  ];
}
