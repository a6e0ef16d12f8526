/** RunComfy's two APIs as OpenAPI, for what is served here. */

import type { ErrorCode } from '../../core/errors.ts';
import {
  canceledSchema,
  errorSchema,
  modelEntrySchema,
  resultSchema,
  statusSchema,
  submittedSchema,
} from '../../wires/runcomfy/model-api.ts';
import { deploymentSchema, inferenceResultSchema, inferenceStatusSchema } from '../../wires/runcomfy/serverless.ts';
import { type ApiDescription, createOpenApi } from '../openapi.ts';
import { errorRows } from './errors.ts';

export function describeRuncomfy(server: Pick<ApiDescription, 'version' | 'server' | 'routes'>): unknown {
  return createOpenApi({
    ...server,
    title: "RunComfy's Model API and serverless API, as Framegate serves them",
    description: 'Requests against models under /v1, and against deployments under /prod/v1 and /prod/v2.',
    components: {
      Submitted: submittedSchema,
      Status: statusSchema,
      Result: resultSchema,
      Cancelled: canceledSchema,
      Model: modelEntrySchema,
      InferenceStatus: inferenceStatusSchema,
      InferenceResult: inferenceResultSchema,
      Deployment: deploymentSchema,
      Error: errorSchema,
    },
    error: errorSchema,
    securitySchemes: { token: { type: 'http', scheme: 'bearer', description: "A tenant's key." } },
    securityOf: { tenant: 'token', admin: 'token' },
    errors: (Object.keys(errorRows) as ErrorCode[]).map((code) => ({
      code,
      status: errorRows[code].status,
      says: String(errorRows[code].code),
    })),
  });
}
