/** RunningHub's API as it describes itself: its component names, every route, and no reference that leads nowhere. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';

/** The schemas that the navigation of its pages lists. */
const names = [
  ...['Get Workflow JSON Request', 'TaskRunWebappByKeyRequest', 'Generate task submission results'],
  ...['Get Workflow JSON Response', 'Start ComfyUI Task Request 1', 'Start ComfyUI Task Request 2'],
  ...['Start ComfyUI Task Request -webhook', 'Start ComfyUI Task Response', 'TaskCreateResponse'],
  ...['Check Task Status Request', 'Node Input Information', 'Get Account Information Request'],
  ...['Upload Resource Request', 'Get Webhook Event Details Request', 'Resend Specific Webhook Request', 'R?'],
  ...['RWorkflowDuplicateResponse', 'RAccountStatusResponse', 'WorkflowDuplicateResponse', 'AccountStatusResponse'],
  ...['WorkflowDuplicateRequest', 'ApiUploadLoraRequest', 'RString', 'RTaskUploadResponse', 'TaskUploadResponse'],
];

type Description = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly title?: string }>> };
};

let gateway: GatewayProcess;
let api: Description;
before(async () => {
  gateway = await startGatewayProcess({ environment: { FRAMEGATE_WORKER_ENABLED: 'false' } });
  api = (await (await fetch(`${gateway.url}/runninghub/openapi.json`)).json()) as Description;
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
});

test('the 25 schemas have the names of the list, in a spelling that OpenAPI allows', () => {
  const titles = Object.values(api.components.schemas).map(({ title }) => title);
  assert.deepEqual(titles.toSorted(), names.toSorted());
  for (const name of Object.keys(api.components.schemas)) assert.match(name, /^[A-Za-z0-9._-]+$/);
});

test('every call of the navigation is described once, and every reference leads somewhere', () => {
  for (const path of [
    ...['/task/openapi/status', '/task/openapi/outputs', '/task/openapi/cancel', '/task/openapi/create'],
    ...['/task/openapi/getWebhookDetail', '/task/openapi/retryWebhook', '/openapi/v2/query', '/openapi/v2/{model}'],
    ...[
      '/task/openapi/ai-app/run',
      '/task/openapi/quick-ai-app/run',
      '/task/openapi/upload',
      '/api/webapp/apiCallDemo',
    ],
    ...['/api/fast/creation/model/params', '/api/openapi/getJsonApiFormat', '/api/openapi/getLoraUploadUrl'],
    ...['/openapi/v2/media/upload/binary', '/uc/openapi/accountStatus'],
  ]) {
    assert.ok(path in api.paths, path);
  }
  const ids = Object.values(api.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  assert.equal(new Set(ids).size, ids.length);
  for (const [, name] of JSON.stringify(api).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    assert.ok(Object.hasOwn(api.components.schemas, name ?? ''), name);
  }
  assert.equal(api.openapi, '3.1.0');
});
