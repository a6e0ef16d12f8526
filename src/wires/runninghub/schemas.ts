/**
 * RunningHub's bodies. Sources: its pages of the Standard Model API (2026-03-10) and of the legacy endpoints, and live
 * answers recorded by clients. Strict, so that tests hold our answers against them.
 */
import { type Static, type TSchema, Type } from 'typebox';
import { taskStatuses } from './codes.ts';

const strict = { additionalProperties: false } as const;
const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const nothing = Type.Null();
const wireId = Type.String({ pattern: '^[1-9]\\d{18}$' });
/** As clients send it: a number loses nothing here. */
const anyId = Type.Union([Type.String(), Type.Integer()]);
const count = Type.String({ pattern: '^\\d+$' });
const money = Type.String({ pattern: '^-?\\d+\\.\\d{3,6}$' });
const optionalText = Type.Optional(Type.String());

export const failedReasonSchema = Type.Object(
  {
    exception_type: Type.String(),
    exception_message: Type.String(),
    node_id: Type.String(),
    node_name: Type.String(),
    traceback: Type.String(),
    current_inputs: Type.Object({}),
    current_outputs: Type.Object({}),
  },
  strict,
);

const usageSchema = Type.Object(
  {
    consumeMoney: nullable(money),
    consumeCoins: nullable(count),
    taskCostTime: count,
    thirdPartyConsumeMoney: nullable(money),
  },
  strict,
);

const resultSchema = Type.Object(
  {
    url: nullable(Type.String()),
    nodeId: Type.String(),
    outputType: Type.String({ pattern: '^[a-z0-9]{1,8}$', description: 'A file extension without its dot.' }),
    text: nullable(Type.String()),
  },
  strict,
);

/** What every v2 call about a task answers. `taskId` and `status` are empty when there is no task to speak of. */
export const taskObjectSchema = Type.Object(
  {
    taskId: Type.Union([wireId, Type.Literal('')]),
    status: Type.Unsafe<(typeof taskStatuses)[number] | ''>({ type: 'string', enum: [...taskStatuses, ''] }),
    errorCode: Type.String({ pattern: '^\\d*$', description: 'Empty unless something is wrong.' }),
    errorMessage: Type.String(),
    results: nullable(Type.Array(resultSchema, { minItems: 1 })),
    clientId: Type.String({ pattern: '^([0-9a-f]{32})?$' }),
    promptTips: Type.String({ description: 'JSON in a string.' }),
    failedReason: Type.Union([failedReasonSchema, Type.Object({}, strict)]),
    usage: nullable(usageSchema),
    parentTaskId: nothing,
    taskUsageList: nothing,
  },
  { ...strict, title: 'Generate task submission results' },
);
export type TaskObject = Static<typeof taskObjectSchema>;

export const queryRequestSchema = Type.Object({ taskId: anyId });
export const modelInputSchema = Type.Unsafe<unknown>({
  type: 'object',
  description: 'The parameters of the model; `webhookUrl` may stand beside them.',
});

export const pricePreviewSchema = Type.Object(
  {
    errorCode: Type.String(),
    errorMessage: Type.String(),
    estimatedPrice: Type.Number({ minimum: 0 }),
    currency: Type.String(),
    priceText: Type.String(),
    priceTextEn: Type.String(),
    freeLimit: Type.Boolean(),
    freeLimitCount: Type.Integer(),
    remainingFreeLimitCount: Type.Integer(),
    isFreeThisCall: Type.Boolean(),
  },
  strict,
);
export type PricePreview = Static<typeof pricePreviewSchema>;

const errorMessages = nullable(Type.Array(Type.String()));

/** The legacy envelope around `data`. */
export const legacySchema = <Schema extends TSchema>(data: Schema, title?: string) =>
  Type.Object(
    { code: Type.Integer(), msg: Type.String(), errorMessages, data },
    { ...strict, ...(title === undefined ? {} : { title }) },
  );

/** The envelope of v2's calls that are not about a task: both spellings of the message, for clients read either. */
export const utilitySchema = <Schema extends TSchema>(data: Schema) =>
  Type.Object({ code: Type.Integer(), msg: Type.String(), message: Type.String(), errorMessages, data }, strict);

export const legacyFailureSchema = legacySchema(nothing, 'R?');
export const utilityFailureSchema = utilitySchema(nothing);

/** The styles of a quick create; "Loar" is the vendor's own spelling. */
export const stylesAnswerSchema = legacySchema(
  Type.Array(
    Type.Object({
      id: Type.String(),
      modelName: Type.String(),
      modelKey: Type.String(),
      modelLoar1FileName: nullable(Type.String()),
      modelLoar1Weight: nullable(Type.String()),
    }),
  ),
);

const apiKey = Type.Optional(Type.String({ description: 'Or in the Authorization header.' }));

export const taskRequestSchema = Type.Object({ apiKey, taskId: anyId }, { title: 'Check Task Status Request' });
export const statusAnswerSchema = legacySchema(
  Type.Unsafe<string>({ type: 'string', enum: [...taskStatuses] }),
  'RString',
);

const outputSchema = Type.Object(
  {
    fileUrl: Type.String(),
    fileType: resultSchema.properties.outputType,
    taskCostTime: count,
    nodeId: Type.String(),
    thirdPartyConsumeMoney: nullable(money),
    consumeMoney: nullable(money),
    consumeCoins: nullable(count),
  },
  strict,
);
export type Output = Static<typeof outputSchema>;

/** One shape for each state; `code` and `msg` say which. */
export const outputsAnswerSchema = Type.Union([
  legacySchema(Type.Array(outputSchema)),
  legacySchema(Type.Object({ netWssUrl: nullable(Type.String()) }, strict)),
  legacySchema(Type.Object({ failedReason: failedReasonSchema }, strict)),
  legacySchema(nothing),
]);

export const webhookDetailsRequestSchema = Type.Object(
  { apiKey, taskId: anyId },
  { title: 'Get Webhook Event Details Request' },
);
const webhookDetailsSchema = Type.Object(
  {
    id: wireId,
    userApiKey: Type.String(),
    taskId: wireId,
    webhookUrl: Type.String(),
    event: Type.Literal('TASK_END'),
    eventData: Type.String(),
    callbackStatus: Type.Unsafe<'SUCCESS' | 'FAILED'>({ type: 'string', enum: ['SUCCESS', 'FAILED'] }),
    callbackResponse: Type.String(),
    retryCount: Type.Integer({ minimum: 0 }),
    createTime: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}$' }),
    updateTime: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}$' }),
  },
  strict,
);
export type WebhookDetails = Static<typeof webhookDetailsSchema>;
export const webhookDetailsAnswerSchema = legacySchema(webhookDetailsSchema);
export const retryWebhookRequestSchema = Type.Object(
  { apiKey, webhookId: anyId, webhookUrl: optionalText },
  { title: 'Resend Specific Webhook Request' },
);

/** What is posted to a task's webhook. */
export const taskEndSchema = Type.Object(
  {
    event: Type.Literal('TASK_END'),
    taskId: wireId,
    eventData: Type.Union([Type.String(), taskObjectSchema]),
  },
  strict,
);

export const nodeInfoSchema = Type.Object(
  { nodeId: anyId, fieldName: Type.String(), fieldValue: Type.Unknown() },
  { title: 'Node Input Information' },
);
const runFields = {
  nodeInfoList: Type.Optional(Type.Array(nodeInfoSchema)),
  instanceType: optionalText,
  usePersonalQueue: Type.Optional(Type.Union([Type.Boolean(), Type.String()])),
  retainSeconds: Type.Optional(Type.Integer()),
  accessPassword: optionalText,
};
export const createRequestSchema = Type.Object(
  { apiKey, workflowId: anyId, addMetadata: Type.Optional(Type.Boolean()) },
  { title: 'Start ComfyUI Task Request 1' },
);
export const createAdvancedRequestSchema = Type.Object(
  { ...createRequestSchema.properties, ...runFields, workflow: optionalText },
  { title: 'Start ComfyUI Task Request 2' },
);
export const createWebhookRequestSchema = Type.Object(
  { ...createAdvancedRequestSchema.properties, webhookUrl: optionalText },
  { title: 'Start ComfyUI Task Request -webhook' },
);
export const runWebappRequestSchema = Type.Object(
  { apiKey, webappId: anyId, ...runFields, webhookUrl: optionalText },
  { title: 'TaskRunWebappByKeyRequest' },
);
export const quickCreateRequestSchema = Type.Object({
  apiKey,
  webappId: anyId,
  quickCreateCode: Type.String(),
  nodeInfoList: Type.Optional(Type.Array(nodeInfoSchema)),
});
export const runRequestSchema = Type.Object({ ...runFields, webhookUrl: optionalText });
export const taskCreatedSchema = Type.Object(
  {
    netWssUrl: nullable(Type.String()),
    taskId: wireId,
    clientId: Type.String(),
    taskStatus: Type.String(),
    promptTips: Type.String(),
  },
  { ...strict, title: 'TaskCreateResponse' },
);
export const createAnswerSchema = legacySchema(taskCreatedSchema, 'Start ComfyUI Task Response');
export const workflowRequestSchema = Type.Object({ apiKey, workflowId: anyId }, { title: 'Get Workflow JSON Request' });
export const workflowAnswerSchema = legacySchema(
  Type.Object({ prompt: Type.String() }, strict),
  'Get Workflow JSON Response',
);
export const loraRequestSchema = Type.Object(
  { apiKey, loraName: Type.String(), md5Hex: Type.String() },
  { title: 'ApiUploadLoraRequest' },
);

/** Named by the navigation, without a path; so no route answers them. */
export const duplicateRequestSchema = Type.Object({ apiKey, workflowId: anyId }, { title: 'WorkflowDuplicateRequest' });
export const duplicateSchema = Type.Object({ newWorkflowId: wireId }, { title: 'WorkflowDuplicateResponse' });
export const duplicateAnswerSchema = legacySchema(duplicateSchema, 'RWorkflowDuplicateResponse');

export const uploadRequestSchema = Type.Object(
  { apiKey, file: Type.Unsafe<unknown>({ type: 'string', format: 'binary' }), fileType: optionalText },
  { title: 'Upload Resource Request' },
);
export const mediaUploadedSchema = utilitySchema(
  Type.Object(
    {
      type: Type.String(),
      download_url: Type.String(),
      fileName: Type.String({ pattern: '^openapi/[0-9a-f]{64}\\.[a-z0-9]+$' }),
      size: count,
    },
    strict,
  ),
);
export const legacyUploadedSchema = Type.Object(
  { fileName: Type.String({ pattern: '^api/[0-9a-f]{64}\\.[a-z0-9]+$' }), fileType: Type.String() },
  { ...strict, title: 'TaskUploadResponse' },
);
export const legacyUploadAnswerSchema = legacySchema(legacyUploadedSchema, 'RTaskUploadResponse');

export const accountRequestSchema = Type.Object(
  { apikey: apiKey, apiKey },
  { title: 'Get Account Information Request' },
);
export const accountSchema = Type.Object(
  {
    remainCoins: count,
    currentTaskCounts: count,
    remainMoney: nullable(money),
    currency: nullable(Type.String()),
    apiType: Type.String(),
  },
  { ...strict, title: 'AccountStatusResponse' },
);
export const accountAnswerSchema = legacySchema(accountSchema, 'RAccountStatusResponse');
export const queueAnswerSchema = utilitySchema(
  Type.Object(
    {
      apiKeyType: Type.String(),
      concurrentLimit: Type.Integer(),
      runningCount: count,
      queuedCount: count,
      totalCurrentTasks: count,
      instanceCount: Type.Integer(),
    },
    strict,
  ),
);
const listedKeySchema = Type.Object(
  {
    key: Type.String(),
    apiKeyName: Type.String(),
    status: Type.String(),
    quotaLimit: nullable(money),
    quotaUsed: money,
    visible: Type.Boolean(),
    expireAt: nullable(Type.String()),
    expireInMinute: nullable(Type.Integer()),
    createdAt: Type.String(),
  },
  strict,
);
export type ListedKey = Static<typeof listedKeySchema>;
export const keysAnswerSchema = utilitySchema(Type.Array(listedKeySchema));

const page = {
  records: Type.Array(Type.Unknown()),
  current: Type.Integer(),
  size: Type.Integer(),
  total: Type.Integer(),
  pages: Type.Integer(),
  hasNext: Type.Boolean(),
};
export const pageRequestSchema = Type.Object({ current: Type.Optional(anyId), size: Type.Optional(anyId) });
export const appsAnswerSchema = utilitySchema(Type.Object(page, strict));
export const resourcesAnswerSchema = utilitySchema(Type.Object({ ...page, hasPrevious: Type.Boolean() }, strict));
export const assetsAnswerSchema = utilitySchema(
  Type.Object({ items: Type.Array(Type.Unknown()), totalCount: Type.Integer() }, strict),
);
