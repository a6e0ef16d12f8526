/**
 * The bodies of RunComfy's serverless API: docs.runcomfy.com/serverless/async-queue-endpoints, /deployment-endpoints and
 * /webhooks. A Go client decodes what a submit and a status answer with unknown fields forbidden.
 */
import { type Static, Type } from 'typebox';
import { outputSchema, requestId, resultWords, submittedSchema, time } from './model-api.ts';

const strict = { additionalProperties: false } as const;
const word = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>({ type: 'string', enum: [...values] });
const anyObject = Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object' });
const url = Type.String({ format: 'uri' });

/** `canceled` where an owner chose what the Go client spells. */
const serverlessStatusWords = ['in_queue', 'in_progress', 'completed', 'cancelled', 'canceled'] as const;

/** What a workflow takes: changes to its saved graph, or a whole graph of the caller's. */
export const inferenceSchema = Type.Object({
  overrides: Type.Optional(Type.Record(Type.String(), Type.Object({ inputs: anyObject }))),
  workflow_api_json: Type.Optional(anyObject),
  extra_data: Type.Optional(anyObject),
});
export const graphFields = ['overrides', 'workflow_api_json'] as const;
/** Holds such as `api_key_comfy_org`. */
export const credentialField = 'extra_data';
/** Both may stand in the query, and of old in the body. */
export const webhookFields = { url: 'webhook', isIntermediate: 'webhook_intermediate_status' } as const;

export const inferenceSubmittedSchema = submittedSchema;

export const inferenceStatusSchema = Type.Object(
  {
    request_id: requestId,
    status: word(serverlessStatusWords),
    queue_position: Type.Optional(Type.Integer({ minimum: 0 })),
    status_url: url,
    result_url: url,
  },
  strict,
);

/** As the Go client decodes what went wrong. */
const resultErrorSchema = Type.Object(
  { errorCode: Type.Integer(), error: Type.String(), debugInfo: Type.String() },
  strict,
);

export const inferenceResultSchema = Type.Object(
  {
    request_id: requestId,
    status: word([...resultWords, 'canceled']),
    output: Type.Optional(outputSchema),
    error: Type.Optional(Type.Array(resultErrorSchema)),
    created_at: time,
    finished_at: Type.Optional(time),
  },
  strict,
);

export const cancelRequestedSchema = Type.Object(
  { request_id: requestId, status: word([...serverlessStatusWords, 'cancellation_requested']) },
  strict,
);

export const noticeSchema = Type.Object(
  {
    request_id: requestId,
    deployment_id: Type.String(),
    status: word(resultWords),
    created_at: time,
    finished_at: Type.Optional(time),
    output: Type.Optional(outputSchema),
    error: Type.Optional(Type.Object({ type: Type.String(), message: Type.String() }, strict)),
  },
  strict,
);
export type Notice = Static<typeof noticeSchema>;

export const deploymentSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    workflow_id: Type.String(),
    workflow_version: Type.String(),
    status: Type.String(),
    is_enabled: Type.Boolean(),
    created_at: time,
    updated_at: time,
  },
  strict,
);
/** A bare array, unlike every other list. */
export const deploymentsSchema = Type.Array(deploymentSchema);

export const balanceSchema = Type.Object(
  {
    /** May be below zero at RunComfy. */
    balance_usd: Type.Number(),
    balance_microdollars: Type.Integer(),
    currency: Type.Literal('USD'),
  },
  strict,
);
