/**
 * Bugs of the kind that people write, each planted between the real code and its ports. A simulation that would not find
 * them proves nothing.
 */
import { makeAttemptKey, type TaskId } from '../../src/core/ids.ts';
import { micros } from '../../src/core/money.ts';
import type { Store } from '../../src/core/store-port.ts';
import { isFinal } from '../../src/core/task.ts';
import type { Change } from '../../src/core/task-moves.ts';
import { leaseMs } from './process.ts';
import type { Check } from './referee.ts';
import type { Tampering } from './tampering.ts';

type Bug = Tampering & {
  /** The checks one of which must find it. */
  readonly finds: readonly Check[];
};

/** A store whose commits are changed on their way. */
const onCommit = (change: (change: Change) => Change): Pick<Tampering, 'store'> => ({
  store: (store) => ({ ...store, commit: (original) => store.commit(change(original)) }),
});

export const bugs: Readonly<Record<string, Bug>> = {
  'a failure is paid for': {
    finds: ['only success is paid', 'the ledger adds up'],
    ...onCommit((change) => {
      if (change.task.state !== 'failed') return change;
      const { price } = change.task;
      const ledger = change.ledger.map((entry) => ({ ...entry, kind: 'capture' as const }));
      return { ...change, task: { ...change.task, price: { ...price, capturedMicros: price.reservedMicros } }, ledger };
    }),
  },
  'a failure gives nothing back': {
    finds: ['the ledger adds up'],
    ...onCommit((change) => ({ ...change, ledger: change.ledger.filter(({ kind }) => kind !== 'release') })),
  },
  'a success is captured twice': {
    finds: ['no surprise'],
    ...onCommit((change) => ({
      ...change,
      ledger: change.ledger.flatMap((entry) => (entry.kind === 'capture' ? [entry, entry] : [entry])),
    })),
  },
  'half of the price is captured, the rest kept': {
    finds: ['the ledger adds up'],
    ...onCommit((change) => ({
      ...change,
      ledger: change.ledger.map((entry) =>
        entry.kind === 'capture' ? { ...entry, amountMicros: micros(entry.amountMicros / 2) } : entry,
      ),
    })),
  },
  'a task is accepted without its reserve': {
    // The database itself refuses to give back what was never taken.
    finds: ['the ledger adds up', 'no surprise'],
    store: (store) => ({ ...store, submit: (submission) => store.submit({ ...submission, ledger: [] }) }),
  },
  'a change is written whatever came in between': {
    finds: ['a final state stays', 'only the holder moves a task'],
    store: (store) => ({
      ...store,
      async commit(change) {
        for (;;) {
          if (await store.commit(change)) return true;
          const version = ((await store.anyTask(change.task.id))?.version ?? 0) + 1;
          if (await store.commit({ ...change, task: { ...change.task, version } })) return true;
        }
      },
    }),
  },
  'a cancel does not look whether the task has ended': {
    finds: ['a final state stays', 'no surprise'],
    store: (store) => ({
      ...store,
      async task(tenantId, id) {
        const task = await store.task(tenantId, id);
        return task && isFinal(task.state) ? { ...task, state: 'queued' } : task;
      },
    }),
  },
  'an engine that must never be asked twice is taken for a safe one': {
    finds: ['no work twice'],
    engine: (engine) => (engine.restart === 'never' ? { ...engine, restart: 'safe' } : engine),
  },
  'an attempt is sent again under a new key': {
    finds: ['no work twice'],
    engine: (engine, { randomBytes }) =>
      engine.restart === 'keyed'
        ? { ...engine, start: (job, call) => engine.start({ ...job, attemptKey: makeAttemptKey(randomBytes) }, call) }
        : engine,
  },
  'a submit is answered before it is written': {
    finds: ['acknowledged work is lost'],
    store: (store, { wait }) => ({
      ...store,
      async submit(submission) {
        void wait('late submit').then(() => store.submit(submission).catch(() => {}));
        return { ...submission.task, sequence: 0 };
      },
    }),
  },
  'the claim of an Idempotency-Key is left out': {
    finds: ['one request, one task', 'one answer for one key'],
    store: (store) => ({ ...store, submit: (submission) => store.submit({ ...submission, idempotency: null }) }),
  },
  'an answer is shown before it is kept': {
    finds: ['one answer for one key'],
    store: (store, { wait }) => ({
      ...store,
      async keepAnswer(...answer) {
        void wait('late answer').then(() => store.keepAnswer(...answer).catch(() => {}));
      },
    }),
  },
  'a heartbeat revives a lease that went to another': {
    finds: ['one holder at a time'],
    store: reviveLeases,
  },
  'a claim gives out what is held': {
    finds: ['one holder at a time'],
    store: (store) => ({ ...store, claim: (request) => store.claim({ ...request, now: request.now + 2 * leaseMs }) }),
  },
  'the sweeper ends what is held': {
    finds: ['only the holder moves a task'],
    store: (store) => ({ ...store, overdue: (now, limit) => store.overdue(now + 3 * leaseMs, limit) }),
  },
  'results are recorded in a second step': {
    finds: ['results are there'],
    store: (store) => ({
      ...store,
      async commit(change) {
        if (!(await store.commit({ ...change, artifacts: [] }))) return false;
        for (const artifact of change.artifacts) await store.insertArtifact(artifact);
        return true;
      },
    }),
  },
  'equal files share one place, and are removed one by one': {
    finds: ['results are there'],
    outside({ blobs, fetcher }) {
      let first: ReturnType<typeof blobs.write> | undefined;
      return { fetcher, blobs: { ...blobs, write: (bytes, call) => (first ??= blobs.write(bytes, call)) } };
    },
  },
  'a lost attempt is left open': {
    finds: ['attempts are closed'],
    ...onCommit((change) => ({ ...change, attempts: change.attempts.slice(-1) })),
  },
  'the beginning of a run is not told': {
    finds: ['events in order'],
    ...onCommit((change) => ({ ...change, events: change.events.filter((event) => event !== 'task.running') })),
  },
  'a canceled task forgets its webhook': {
    finds: ['deliveries as owed'],
    ...onCommit((change) =>
      change.task.state === 'canceled' ? { ...change, task: { ...change.task, webhook: null } } : change,
    ),
  },
  'any answer of a receiver will do': {
    finds: ['deliveries are heard'],
    store: (store) => ({
      ...store,
      finishDelivery: (held, attempt) => store.finishDelivery(held, attempt, { state: 'delivered' }),
    }),
  },
  'a delivery is given up at the first failure': {
    finds: ['deliveries are heard'],
    store: (store) => ({
      ...store,
      finishDelivery: (held, attempt, verdict) =>
        store.finishDelivery(held, attempt, verdict.state === 'pending' ? { state: 'failed' } : verdict),
    }),
  },
  'a delivery is called done before it is sent': {
    finds: ['deliveries are heard'],
    outside: ({ blobs, fetcher }, { wait }) => ({
      blobs,
      fetcher: {
        ...fetcher,
        async post(...content) {
          void wait('late post').then(() => fetcher.post(...content).catch(() => {}));
          return { status: 204, retryAfter: undefined, start: new Uint8Array() };
        },
      },
    }),
  },
};

function reviveLeases(store: Store): Store {
  const ids = new Map<number, TaskId>();
  return {
    ...store,
    async claim(request) {
      const tasks = await store.claim(request);
      for (const { sequence, id } of tasks) ids.set(sequence, id);
      return tasks;
    },
    async heartbeat(beat) {
      const id = ids.get(beat.sequence);
      const newest = id && (await store.anyTask(id));
      return await store.heartbeat({ ...beat, fence: newest?.fence ?? beat.fence });
    },
  };
}
