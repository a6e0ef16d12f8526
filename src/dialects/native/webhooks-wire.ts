/** The schemas of deliveries, endpoints and the secrets that sign. */
import { type Static, Type } from 'typebox';
import { attemptErrors, deliveryStates } from '../../core/delivery.ts';
import { webhookEvents } from '../../core/task.ts';
import { choice, nullable, page, strict, time } from './schema-words.ts';

export const deliverySchema = Type.Object({
  id: Type.String({ description: 'The `webhook-id` of all its attempts.' }),
  task: Type.String(),
  event: choice(webhookEvents, 'What it tells of.'),
  url: Type.String(),
  state: choice(deliveryStates, 'pending until an attempt meets a 2xx, or the last one has failed.'),
  attempts: Type.Integer({ description: 'How often it was sent.' }),
  next_attempt_at: nullable(time),
  created_at: time,
  finished_at: nullable(time),
});

export const deliveryDetailSchema = Type.Object({
  ...deliverySchema.properties,
  attempt_list: Type.Array(
    Type.Object({
      number: Type.Integer(),
      started_at: time,
      finished_at: time,
      status: nullable(Type.Integer({ description: 'The HTTP status; null when none came.' })),
      error: nullable(choice(attemptErrors, 'What kept it from a status.')),
      answer: Type.String({ description: 'The first 1,024 bytes of the body, as text.' }),
    }),
  ),
});

export const deliveryListSchema = page(deliverySchema);

export const resendRangeSchema = Type.Object(
  {
    since: Type.String({ minLength: 20, maxLength: 35, description: 'ISO 8601 with an offset; of the last 30 days.' }),
    until: Type.String({ minLength: 20, maxLength: 35, description: 'ISO 8601 with an offset, not itself included.' }),
    state: Type.Optional(choice(deliveryStates, '`failed` unless told.')),
  },
  strict,
);

export const resentSchema = Type.Object({ resent: Type.Integer({ description: 'How many are due again.' }) });

export const endpointRequestSchema = Type.Object({ url: Type.String({ minLength: 1, maxLength: 2048 }) }, strict);

export const endpointSchema = Type.Object({
  url: Type.String(),
  failing_since: nullable(time),
  last_failed_at: nullable(time),
  disabled_at: nullable(time),
});
export const endpointListSchema = page(endpointSchema);

export const secretFactsSchema = Type.Object({
  url: Type.String(),
  created_at: time,
  previous_valid_until: nullable(time),
});

export const secretSchema = Type.Object({
  ...secretFactsSchema.properties,
  secret: Type.String({ description: '`whsec_` and base64; shown this once.' }),
});

export type WireDelivery = Static<typeof deliverySchema>;
export type WireEndpoint = Static<typeof endpointSchema>;
export type WireDeliveryDetail = Static<typeof deliveryDetailSchema>;
