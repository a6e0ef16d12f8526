/**
 * What needs a ComfyUI: workflows, AI apps, quick create, LoRAs and the native proxy. Without one, each answers with the
 * vendor's own error for a thing that is not there, after it looked at what was sent.
 */
import { errorTable, inputError } from '../../core/errors.ts';
import { issueAt } from '../../core/issues.ts';
import {
  createAnswerSchema,
  createWebhookRequestSchema,
  legacyFailureSchema,
  loraRequestSchema,
  quickCreateRequestSchema,
  runRequestSchema,
  runWebappRequestSchema,
  stylesAnswerSchema,
  taskObjectSchema,
  workflowAnswerSchema,
  workflowRequestSchema,
} from '../../wires/runninghub/schemas.ts';
import type { Call, TenantCall } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { legacyRefusal, legacySuccess, submitRefusal } from './errors.ts';
import { type Fields, readFields, readOptionalText, requireText } from './read.ts';
import { type Parts, tenantRoute } from './route.ts';

/** A workflow as JSON text comes in such a body. */
const workflowLimitBytes = 16 * 1024 * 1024;

const noComfyui = 'no ComfyUI is set up behind this gateway';
const noWorkflow = (id: string) => `there is no workflow ${shorten(id)}: ${noComfyui}`;
const noApp = (id: string) => `there is no AI app ${shorten(id)}: ${noComfyui}`;

const shownLength = 40;
const shorten = (text: string) => JSON.stringify(text.slice(0, shownLength));

/** Throws GatewayError `invalid_input` for a list that fits no workflow at all. */
function checkNodes({ nodeInfoList: nodes }: Fields): void {
  if (nodes === undefined || nodes === null) return;
  if (!Array.isArray(nodes)) throw inputError([issueAt(['nodeInfoList'], 'type', 'must be an array')]);
  nodes.forEach((node: unknown, index) => {
    const isWhole = typeof node === 'object' && node !== null && 'nodeId' in node && 'fieldName' in node;
    if (isWhole) return;
    throw inputError([issueAt(['nodeInfoList', index], 'required', 'must have nodeId and fieldName')]);
  });
}

/** The id of what is to be run, from the body or the path; the rest of the body is looked at. */
async function requireRun(call: Call, name: 'workflowId' | 'webappId'): Promise<string> {
  const fields = await readFields(call);
  const id = requireText({ ...fields, ...call.params }, name);
  checkNodes(fields);
  readOptionalText(fields, 'webhookUrl');
  return id;
}

/** Names of eight characters and more are keys: shorter ones below /proxy/ are other APIs' own. */
const keyInPath = `:key{${'[^/]'.repeat(8)}[^/]*}`;

export function comfyuiRoutes(parts: Parts): DocumentedRoute[] {
  const app = async (call: TenantCall) => legacyRefusal(901, noApp(await requireRun(call, 'webappId')));
  return [
    tenantRoute(parts, {
      method: 'POST',
      path: '/task/openapi/create',
      family: 'legacy',
      bodyLimitBytes: workflowLimitBytes,
      doc: {
        id: 'startTask',
        summary: 'Start ComfyUI Task 1 (basic) and 2 (advanced)',
        body: createWebhookRequestSchema,
        answers: { 200: createAnswerSchema },
      },
      handle: async (call) => legacyRefusal(380, noWorkflow(await requireRun(call, 'workflowId'))),
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/task/openapi/ai-app/run',
      family: 'legacy',
      doc: {
        id: 'startApp',
        summary: 'Start AI App Task',
        body: runWebappRequestSchema,
        answers: { 200: createAnswerSchema },
      },
      handle: app,
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/task/openapi/quick-ai-app/run',
      family: 'legacy',
      doc: {
        id: 'startQuickCreate',
        summary: 'Initiate Quick Create Task',
        body: quickCreateRequestSchema,
        answers: { 200: createAnswerSchema },
      },
      handle: app,
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/api/fast/creation/model/params',
      family: 'legacy',
      scope: 'read',
      doc: {
        id: 'listQuickCreateStyles',
        summary: 'Obtain quick create - model library style parameter data',
        description: 'There are no styles without a ComfyUI, so the list is empty.',
        answers: { 200: stylesAnswerSchema },
      },
      handle: async () => legacySuccess([]),
    }),
    tenantRoute(parts, {
      method: 'GET',
      path: '/api/webapp/apiCallDemo',
      family: 'legacy',
      doc: {
        id: 'getAppCallDemo',
        summary: 'Get API call examples for AI application',
        query: { apiKey: 'The key, unless it is in the header.', webappId: 'The id of the app.' },
        answers: { 200: legacyFailureSchema },
      },
      handle: async ({ query }) =>
        legacyRefusal(901, noApp(requireText({ webappId: query.get('webappId') }, 'webappId'))),
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/api/openapi/getJsonApiFormat',
      family: 'legacy',
      scope: 'read',
      doc: {
        id: 'getWorkflowJson',
        summary: 'Get Workflow JSON',
        body: workflowRequestSchema,
        answers: { 200: workflowAnswerSchema },
      },
      handle: async (call) => legacyRefusal(380, noWorkflow(requireText(await readFields(call), 'workflowId'))),
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/api/openapi/getLoraUploadUrl',
      family: 'legacy',
      doc: { id: 'uploadLora', summary: 'Upload Lora', body: loraRequestSchema, answers: { 200: legacyFailureSchema } },
      async handle(call) {
        const fields = await readFields(call);
        requireText(fields, 'loraName');
        if (!/^[0-9a-f]{32}$/i.test(requireText(fields, 'md5Hex'))) {
          throw inputError([issueAt(['md5Hex'], 'pattern', 'must be 32 hexadecimal digits')]);
        }
        return legacyRefusal(808, `A LoRA serves workflows only: ${noComfyui}`);
      },
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/openapi/v2/run/workflow/:workflowId',
      family: 'submit',
      bodyLimitBytes: workflowLimitBytes,
      doc: {
        id: 'runWorkflow',
        summary: 'Start a workflow, answered as v2 does',
        body: runRequestSchema,
        answers: { 200: taskObjectSchema },
      },
      handle: async (call) => submitRefusal('380', noWorkflow(await requireRun(call, 'workflowId'))),
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/openapi/v2/run/ai-app/:webappId',
      family: 'submit',
      doc: {
        id: 'runApp',
        summary: 'Start an AI app, answered as v2 does',
        body: runRequestSchema,
        answers: { 200: taskObjectSchema },
      },
      handle: async (call) => submitRefusal('901', noApp(await requireRun(call, 'webappId'))),
    }),
    ...(['GET', 'POST'] as const).flatMap((method) =>
      ['/proxy', '/proxy-plus'].map((place) =>
        tenantRoute(parts, {
          method,
          path: `${place}/${keyInPath}/:rest{.+}`,
          family: 'native',
          doc: {
            id: `${method.toLowerCase()}${place === '/proxy' ? 'Proxy' : 'ProxyPlus'}`,
            summary: 'The API of a ComfyUI of one’s own',
            answers: { 503: legacyFailureSchema },
          },
          handle: async () => legacyRefusal(435, noComfyui, errorTable.engine_unavailable.status),
        }),
      ),
    ),
  ];
}
