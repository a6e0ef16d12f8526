/** Answers a repeated submit with its first answer: one mechanism for every dialect, around its submit handler. */
import { createHash } from 'node:crypto';
import { GatewayError } from '../core/errors.ts';
import { canonicalJson, type IdempotencyClaim, type KeptAnswer, parseIdempotencyKey } from '../core/idempotency.ts';
import type { TaskId, TenantId } from '../core/ids.ts';
import type { Store } from '../core/store-port.ts';
import type { Task } from '../core/task.ts';
import type { JsonBody } from '../dialects/dialect.ts';

export type SubmitWork = {
  /** Accepts the request; the claim is written in the task's own transaction. */
  accept(claim: IdempotencyClaim | null): Promise<Task>;
  answer(task: Task): Promise<Response>;
};

export type Once = (
  request: { readonly tenantId: TenantId; readonly route: string; readonly key: string | null },
  body: JsonBody,
  work: SubmitWork,
) => Promise<Response>;

/** Headers that belong to the answer itself; the others are of the connection or the moment. */
const keptHeaders = ['content-type', 'location', 'preference-applied'];

export function createOnce(store: Pick<Store, 'idempotencyRecord' | 'keepAnswer' | 'anyTask'>): Once {
  /** Claims whose first request is still being accepted by this process. */
  const inProgress = new Set<string>();

  async function replay(tenantId: TenantId, claim: IdempotencyClaim, work: SubmitWork): Promise<Response | undefined> {
    const record = await store.idempotencyRecord(tenantId, claim.route, claim.key);
    if (record === undefined) return undefined;
    if (record.fingerprint !== claim.fingerprint) {
      throw new GatewayError('idempotency_mismatch', 'This Idempotency-Key was used with another body on this route.');
    }
    if (record.answer !== null) return asResponse(record.answer, true);
    // The process died before it could answer, so nobody has seen another answer than the one made now.
    return asResponse(await makeAnswer(tenantId, claim, record.taskId, work), true);
  }

  async function makeAnswer(tenantId: TenantId, claim: IdempotencyClaim, taskId: TaskId, work: SubmitWork) {
    const task = await store.anyTask(taskId);
    if (task === undefined) throw new GatewayError('not_found', 'The task of this Idempotency-Key was removed.');
    const answer = await keepable(await work.answer(task));
    await store.keepAnswer(tenantId, claim, answer);
    return answer;
  }

  return async ({ tenantId, route, key }, body, work) => {
    if (key === null) return await work.answer(await work.accept(null));
    const claim = { route, key: parseIdempotencyKey(key), fingerprint: await fingerprintOf(body) };
    const place = JSON.stringify([tenantId, route, key]);
    if (inProgress.has(place)) {
      const message = 'The first request with this Idempotency-Key is still being accepted.';
      throw new GatewayError('idempotency_in_progress', message, { retryAfterMs: 1_000 });
    }
    inProgress.add(place);
    try {
      const replayed = await replay(tenantId, claim, work);
      if (replayed !== undefined) return replayed;
      const { id } = await work.accept(claim);
      return asResponse(await makeAnswer(tenantId, claim, id, work), false);
    } finally {
      inProgress.delete(place);
    }
  };
}

/** SHA-256 over the parsed body, each inline medium by the SHA-256 of its bytes; digests run off the main thread. */
async function fingerprintOf({ value, inline }: JsonBody): Promise<string> {
  const digests = new Map<string, string>();
  for (const [key, medium] of inline) {
    const bytes = 'bytes' in medium ? medium.bytes : new TextEncoder().encode(medium.problem);
    const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
    digests.set(key, Buffer.from(digest).toString('hex'));
  }
  const replaced = JSON.stringify(value, (_name, field: unknown) =>
    typeof field === 'string' && digests.has(field) ? { media: digests.get(field) } : field,
  );
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(replaced ?? 'null')))
    .digest('hex');
}

async function keepable(response: Response): Promise<KeptAnswer> {
  const headers = keptHeaders.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { status: response.status, headers: Object.fromEntries(headers), body: await response.text() };
}

function asResponse({ status, headers, body }: KeptAnswer, isReplayed: boolean): Response {
  return new Response(body, {
    status,
    headers: { ...headers, ...(isReplayed ? { 'idempotency-replayed': 'true' } : {}) },
  });
}
