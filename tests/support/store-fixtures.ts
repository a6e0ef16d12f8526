/** Tenants, tasks and a world of fixed time and randomness for the tests of stores. */
import type { Delivery } from '../../src/core/delivery.ts';
import {
  type AttemptKey,
  type BlobKey,
  makeArtifactId,
  makeAttemptKey,
  makeFileToken,
  makeKeyId,
  makeTaskId,
  makeTenantId,
  type RandomBytes,
  type TaskId,
  type TenantId,
} from '../../src/core/ids.ts';
import type { LedgerEntry } from '../../src/core/ledger.ts';
import type { Artifact } from '../../src/core/media.ts';
import { micros } from '../../src/core/money.ts';
import type { Bill, CostLine } from '../../src/core/price.ts';
import type { Store } from '../../src/core/store-port.ts';
import type { Attempt, Task } from '../../src/core/task.ts';
import { begin, type NewTaskFacts, submit } from '../../src/core/task-moves.ts';
import { type Caller, keyScopes, type NewKey } from '../../src/core/tenant.ts';

/** A store under test, and what no port reads yet but every store must hold. */
export type StoreUnderTest = {
  readonly store: Store;
  ledger(tenantId: TenantId): Promise<readonly Pick<LedgerEntry, 'kind' | 'amountMicros' | 'taskId'>[]>;
  deliveries(taskId: TaskId): Promise<readonly Pick<Delivery, 'event' | 'url' | 'state' | 'nextAttemptAt'>[]>;
  /** Tries what the store itself must refuse; resolves with the error's message, or undefined when it went through. */
  tamperWithLedger(change: 'update' | 'delete'): Promise<string | undefined>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type OpenStore = (options: { now: () => number; randomBytes: RandomBytes }) => Promise<StoreUnderTest>;

/** A generator that gives the same bytes for the same seed (xorshift32). */
export function seededBytes(seed: number): RandomBytes {
  let state = seed | 1;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state & 255;
    });
}

export const startTime = 1_700_000_000_000;

/** Amounts stand for a quote of one line. */
type FactsGiven = Partial<NewTaskFacts> & { readonly listMicros?: number; readonly reserveMicros?: number };

/** A quote of one line. */
export function quoteOf(list: number, reserve: number): Bill {
  const line: CostLine = {
    kind: 'price',
    of: 'task',
    units: 1,
    unitMicros: micros(list),
    amountMicros: micros(list),
  };
  return {
    listMicros: micros(list),
    totalMicros: micros(reserve),
    lines: [line],
    source: { listDate: '2026-11-21', exchange: null },
  };
}

export type Fixtures = {
  readonly randomBytes: RandomBytes;
  tenant(store: Store, balanceMicros?: number): Promise<Caller>;
  facts(caller: Caller, facts?: FactsGiven): NewTaskFacts;
  /** Submits a task of these facts. */
  task(store: Store, caller: Caller, facts?: FactsGiven): Promise<Task>;
  key(tenantId: TenantId, key?: Partial<NewKey>): NewKey;
  artifact(tenantId: TenantId, artifact?: Partial<Artifact>): Artifact;
  attemptKey(): AttemptKey;
  /** Claims nothing: moves the task straight to running. */
  begun(store: Store, task: Task): Promise<{ task: Task; attempt: Attempt }>;
};

export function createFixtures(randomBytes: RandomBytes): Fixtures {
  const hex = () => Buffer.from(randomBytes(32)).toString('hex');
  const fixtures: Fixtures = {
    randomBytes,
    async tenant(store, balanceMicros = 0) {
      const id = makeTenantId(randomBytes);
      const key = fixtures.key(id);
      await store.insertTenant(
        { id, name: 'somebody', balanceMicros: micros(balanceMicros), discountBasisPoints: 0, createdAt: startTime },
        key,
      );
      return { tenantId: id, keyId: key.id };
    },
    facts: (caller, { listMicros = 0, reserveMicros = 0, ...facts } = {}) => ({
      id: makeTaskId(randomBytes),
      ...caller,
      dialect: 'native',
      wireId: null,
      model: 'vendor/model',
      operation: 'reference-to-image',
      engine: 'preview',
      priority: 0,
      input: { prompt: 'a quiet desert', count: 1 },
      media: [],
      seed: 42,
      webhook: null,
      idempotency: null,
      quote: quoteOf(listMicros, reserveMicros),
      isOffPeak: false,
      metadata: null,
      call: {},
      warnings: [],
      marks: null,
      now: startTime,
      startLimitMs: 60_000,
      artifacts: [],
      ...facts,
    }),
    task: (store, caller, facts) => store.submit(submit(fixtures.facts(caller, facts))),
    key: (tenantId, key = {}) => ({
      id: makeKeyId(randomBytes),
      tenantId,
      name: 'first',
      hint: 'fg_abc',
      hash: hex(),
      createdAt: startTime,
      expiresAt: null,
      revokedAt: null,
      scopes: keyScopes,
      spendCapMicros: null,
      concurrency: null,
      ...key,
    }),
    artifact: (tenantId, artifact = {}) => ({
      id: makeArtifactId(randomBytes),
      tenantId,
      role: 'output',
      token: makeFileToken(randomBytes),
      blobKey: hex() as BlobKey,
      fileName: 'image.png',
      sizeBytes: 1234,
      sha256: hex(),
      facts: { kind: 'image', mediaType: 'image/png', extension: 'png', width: 640, height: 360 },
      createdAt: startTime,
      ...artifact,
    }),
    attemptKey: () => makeAttemptKey(randomBytes),
    async begun(store, task) {
      const change = begin(task, fixtures.attemptKey(), startTime, 60_000);
      const [attempt] = change.attempts;
      if (!(await store.commit(change)) || attempt === undefined) throw new Error('the task could not begin');
      return { task: change.task, attempt };
    },
  };
  return fixtures;
}
