/** RunningHub's API described by its own component names. */
import * as schemas from '../../wires/runninghub/schemas.ts';
import { createOpenApi, type DocumentedRoute } from '../openapi.ts';
import { errorRows } from './errors.ts';

/** By the names of the vendor's list; what OpenAPI allows in a name is less, so the whole name is the title. */
const components = {
  GetWorkflowJSONRequest: schemas.workflowRequestSchema,
  TaskRunWebappByKeyRequest: schemas.runWebappRequestSchema,
  GenerateTaskSubmissionResults: schemas.taskObjectSchema,
  GetWorkflowJSONResponse: schemas.workflowAnswerSchema,
  StartComfyUITaskRequest1: schemas.createRequestSchema,
  StartComfyUITaskRequest2: schemas.createAdvancedRequestSchema,
  'StartComfyUITaskRequest-webhook': schemas.createWebhookRequestSchema,
  StartComfyUITaskResponse: schemas.createAnswerSchema,
  TaskCreateResponse: schemas.taskCreatedSchema,
  CheckTaskStatusRequest: schemas.taskRequestSchema,
  NodeInputInformation: schemas.nodeInfoSchema,
  GetAccountInformationRequest: schemas.accountRequestSchema,
  UploadResourceRequest: schemas.uploadRequestSchema,
  GetWebhookEventDetailsRequest: schemas.webhookDetailsRequestSchema,
  ResendSpecificWebhookRequest: schemas.retryWebhookRequestSchema,
  R: schemas.legacyFailureSchema,
  RWorkflowDuplicateResponse: schemas.duplicateAnswerSchema,
  RAccountStatusResponse: schemas.accountAnswerSchema,
  WorkflowDuplicateResponse: schemas.duplicateSchema,
  AccountStatusResponse: schemas.accountSchema,
  WorkflowDuplicateRequest: schemas.duplicateRequestSchema,
  ApiUploadLoraRequest: schemas.loraRequestSchema,
  RString: schemas.statusAnswerSchema,
  RTaskUploadResponse: schemas.legacyUploadAnswerSchema,
  TaskUploadResponse: schemas.legacyUploadedSchema,
} as const;

export function describeRunninghub(
  routes: readonly DocumentedRoute[],
  server: { readonly version: string; readonly server: string },
): unknown {
  return createOpenApi({
    ...server,
    title: "RunningHub's API, as Framegate speaks it",
    description:
      'Business failures come with HTTP 200; docs/dialects/runninghub.md has every code and every deviation.',
    routes,
    components,
    error: schemas.legacyFailureSchema,
    securitySchemes: {
      key: { type: 'http', scheme: 'bearer', description: 'Or `apiKey` in the body, the form or the query.' },
    },
    securityOf: { tenant: 'key', admin: 'key' },
    errors: errorRows.map(({ code, status, errorCode }) => ({ code, status, says: errorCode })),
  });
}
