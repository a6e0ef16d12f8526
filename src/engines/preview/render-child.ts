/**
 * The parent's side of one running render: a Node process of its own, in a process group of its own, so that one signal
 * ends it together with its threads and its encoder.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { TaskError } from '../../core/task.ts';
import type { RenderFailure, RenderMessage, RenderOrder, RenderRequest, RenderResult } from './protocol.ts';

export type RenderOutcome =
  | ({ readonly state: 'succeeded' } & RenderResult)
  | { readonly state: 'failed'; readonly error: TaskError };

export type RenderChild = {
  /** 0..1, never falls. */
  readonly progress: number;
  /** Set once the result is complete, or the process has ended without one; its group is killed by then. */
  readonly outcome: RenderOutcome | undefined;
  /** A JPEG of the newest frame that was shown; undefined until there is one. */
  readonly glimpse: Uint8Array | undefined;
  readonly processId: number | undefined;
  /** Settles at the next change of `progress` or `outcome`; at once when there is an outcome. */
  changed(): Promise<void>;
  /** Ends the whole group with SIGKILL and settles when the process is gone. Idempotent. */
  kill(): Promise<void>;
};

export type Log = (event: string, fields: Record<string, unknown>) => void;

/** Enough to see the reason of a crash in the log, little enough not to flood it. */
const keptStderrCharacters = 4096;

/** Below everything that answers requests; the encoder and all threads inherit it. */
const niceness = 10;

const renderProcessPath = fileURLToPath(new URL('./render-process.ts', import.meta.url));

/**
 * Nothing of the server's environment goes along. VIPS_BLOCK_UNTRUSTED keeps libvips to its fuzzed loaders before our
 * own allow-list is even set. One malloc arena and fixed thresholds keep glibc from hoarding what this short-lived
 * process frees between its stages: pictures are mapped and go back at once; planes of some 350,000 numbers stay for the
 * next ones, as each fresh page is a fault, of up to 4 µs on a virtual machine (docs/decisions/0104, 0106).
 */
const childEnvironment = {
  LANG: 'C.UTF-8',
  VIPS_BLOCK_UNTRUSTED: '1',
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '1500000',
  MALLOC_TRIM_THRESHOLD_: '16777216',
};

/** Ends the group of a render process with everything in it; an empty one is well. */
export function killGroup(processId: number | undefined): void {
  if (processId === undefined) return;
  try {
    // Windows has no process groups; there the encoder ends when its input does.
    process.kill(process.platform === 'win32' ? processId : -processId, 'SIGKILL');
  } catch {
    // ESRCH: the group is already empty, which is what was asked for.
  }
}

function taskError(failure: RenderFailure): TaskError {
  const { code, message, details } = failure;
  return details === undefined ? { code, message } : { code, message, details };
}

/**
 * Starts a process that waits for an order; it ends itself when the channel closes. Modules are kept compiled in
 * `cacheDirectory`, if there is one: without, every thread of every process strips the types once more, 0.1 s each.
 */
export function forkRenderProcess(cacheDirectory?: string): ChildProcess {
  const child = fork(renderProcessPath, [], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'],
    env: cacheDirectory === undefined ? childEnvironment : { ...childEnvironment, NODE_COMPILE_CACHE: cacheDirectory },
    detached: true,
    serialization: 'json',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  try {
    // From here: V8's own threads begin before the process could ask for it, and would go before its work.
    if (child.pid !== undefined) setPriority(child.pid, niceness);
  } catch {
    // ESRCH: it has ended already, which `close` tells.
  }
  return child;
}

/** Starts rendering and returns at once. `timeoutMs` bounds the render and the life of the process from here on. */
export function startRenderChild(
  request: RenderRequest,
  timeoutMs: number,
  log: Log,
  child: ChildProcess = forkRenderProcess(),
): RenderChild {
  let progress = 0;
  let outcome: RenderOutcome | undefined;
  let glimpse: Uint8Array | undefined;
  let failed: RenderOutcome | undefined;
  let timedOut = false;
  let stderr = '';
  let wake = Promise.withResolvers<void>();

  const notify = () => {
    const woken = wake;
    wake = Promise.withResolvers<void>();
    woken.resolve();
  };
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child.pid);
  }, timeoutMs);

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-keptStderrCharacters);
  });
  child.on('message', (message: RenderMessage) => {
    if (message.type === 'progress') {
      progress = Math.max(progress, Math.min(1, message.progress));
      notify();
    } else if (message.type === 'glimpse') {
      glimpse = Buffer.from(message.jpeg, 'base64');
    } else if (message.type === 'warm') {
      // It was taken before it had told.
    } else if (message.type === 'warning') {
      log(message.event, { reason: message.reason });
    } else if (message.type === 'succeeded') {
      const { type: _type, ...result } = message;
      // It is complete: nobody waits for the process to give its memory back, which takes some 40 ms.
      settle({ state: 'succeeded', ...result });
    } else {
      log('preview.render.failed', { code: message.failure.code, cause: message.failure.cause });
      failed = { state: 'failed', error: taskError(message.failure) };
    }
  });

  const gone = Promise.withResolvers<void>();
  const settle = (final: RenderOutcome) => {
    if (outcome !== undefined) return;
    clearTimeout(timer);
    // The leader may be gone while its encoder still closes a file nobody wants any more.
    killGroup(child.pid);
    outcome = final;
    notify();
  };
  const finish = (end: { exitCode?: number | null; signal?: string | null; cause?: unknown }) => {
    if (outcome === undefined && failed === undefined) log('preview.render.crashed', { ...end, timedOut, stderr });
    settle(failed ?? failureOf(end, timedOut, timeoutMs));
    gone.resolve();
  };
  child.once('error', (cause) => finish({ cause }));
  // `close` and not `exit`: by then every message of the channel has arrived.
  child.once('close', (exitCode, signal) => finish({ exitCode, signal }));
  // A process that died while it was being started has no channel to write to; `close` tells the rest.
  child.send({ type: 'render', request } satisfies RenderOrder, () => {});

  return {
    get progress() {
      return progress;
    },
    get outcome() {
      return outcome;
    },
    get glimpse() {
      return glimpse;
    },
    get processId() {
      return child.pid;
    },
    changed: () => (outcome === undefined ? wake.promise : Promise.resolve()),
    async kill() {
      if (outcome !== undefined) return;
      killGroup(child.pid);
      await gone.promise;
    },
  };
}

function failureOf(
  end: { exitCode?: number | null; signal?: string | null },
  timedOut: boolean,
  timeoutMs: number,
): RenderOutcome {
  if (timedOut) {
    const message = `The render took longer than ${Math.round(timeoutMs / 1000)} seconds and was stopped.`;
    return { state: 'failed', error: { code: 'deadline_exceeded', message } };
  }
  const how = end.signal == null ? '' : ` (${end.signal})`;
  const message = `The render process ended before the result was ready${how}.`;
  return { state: 'failed', error: { code: 'engine_failed', message } };
}
