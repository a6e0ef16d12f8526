/** The queue variant of Vtrix's sister brand: the model in the path, the parameters alone in the body (vtrix.md 10). */
import { type Static, Type } from 'typebox';

const strict = { additionalProperties: false } as const;

/** `COMPLETED` says that it ended, well or not. */
export const queueStatuses = ['QUEUED', 'IN_PROGRESS', 'COMPLETED'] as const;
export type QueueStatus = (typeof queueStatuses)[number];
const status = Type.Unsafe<QueueStatus>({ type: 'string', enum: [...queueStatuses] });

const failureFields = {
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() }, strict)),
  error_type: Type.Optional(Type.String({ description: 'Such as REQUEST_INVALID.' })),
  provider_error: Type.Optional(
    Type.Object({ code: Type.String(), message: Type.String(), task_status: Type.String() }, strict),
  ),
  logs: Type.Optional(Type.Array(Type.Object({ message: Type.String(), timestamp: Type.String() }, strict))),
};

const linkFields = { status_url: Type.String(), response_url: Type.String() };

export const queueSubmittedSchema = Type.Object({ request_id: Type.String(), status, ...linkFields }, strict);

export const queueStatusSchema = Type.Object(
  { request_id: Type.String(), status, ...linkFields, ...failureFields },
  strict,
);
export type WireQueueFailure = Pick<
  Static<typeof queueStatusSchema>,
  'error' | 'error_type' | 'provider_error' | 'logs'
>;

export const queueOutputSchema = Type.Object(
  {
    type: Type.String(),
    url: Type.Optional(Type.String()),
    text: Type.Optional(Type.String()),
    content_type: Type.Optional(Type.String()),
    file_name: Type.Optional(Type.String()),
    file_size: Type.Optional(Type.Integer()),
    width: Type.Optional(Type.Integer()),
    height: Type.Optional(Type.Integer()),
    duration: Type.Optional(Type.Number({ description: 'Seconds.' })),
    jobId: Type.Optional(Type.String()),
    task_id: Type.Optional(Type.String()),
    watermarked_url: Type.Optional(Type.String()),
  },
  strict,
);
export type WireQueueOutput = Static<typeof queueOutputSchema>;

export const queueResponseSchema = Type.Object(
  {
    request_id: Type.String(),
    status,
    outputs: Type.Array(queueOutputSchema),
    metadata: Type.Record(Type.String(), Type.Unknown()),
    ...failureFields,
  },
  strict,
);

/** What the edge refuses. */
export const edgeErrorSchema = Type.Object(
  {
    error: Type.Object(
      {
        code: Type.Unsafe<'UNAUTHORIZED' | 'RATE_LIMIT_EXCEEDED'>({
          type: 'string',
          enum: ['UNAUTHORIZED', 'RATE_LIMIT_EXCEEDED'],
        }),
        message: Type.String(),
      },
      strict,
    ),
    request_id: Type.String(),
  },
  strict,
);
/** What the runtime behind it refuses. */
export const runtimeErrorSchema = Type.Object({ detail: Type.String() }, strict);
