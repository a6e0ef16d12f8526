/** What the server would make of the input: its price, or what is wrong with it. Asked anew while it is written. */
import { startTransition, useEffect, useState } from 'react';
import { type Estimate, FramegateError, type Issue } from '../../../sdk/index.ts';
import { client } from '../api.ts';
import { asError } from '../use-loaded.ts';

export type Judged = {
  readonly estimate: Estimate | undefined;
  readonly issues: readonly Issue[];
  /** What is wrong besides the input. */
  readonly error: FramegateError | undefined;
  /** Whether the newest input was not judged yet. */
  readonly isPending: boolean;
};

export type Input = Readonly<Record<string, unknown>>;

const pauseMs = 200;
const nothing: Judged = { estimate: undefined, issues: [], error: undefined, isPending: true };

export function useEstimate(model: string, input: Input): Judged {
  const [judged, setJudged] = useState(nothing);
  useEffect(() => {
    const stop = new AbortController();
    // Of a change to what it is already, React draws nothing.
    setJudged((before) => (before.isPending ? before : { ...before, isPending: true }));
    const timer = setTimeout(() => {
      judge(model, input, stop.signal).then(
        (next) => startTransition(() => setJudged(next)),
        () => {},
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [model, input]);
  return judged;
}

async function judge(model: string, input: Input, signal: AbortSignal): Promise<Judged> {
  try {
    const { estimate, error } = await client.judge({ model, input }, { signal });
    const issues = error?.issues ?? [];
    const isOther = error !== null && issues.length === 0;
    return {
      estimate: estimate ?? undefined,
      issues,
      error: isOther ? new FramegateError(error.message, { code: error.code }) : undefined,
      isPending: false,
    };
  } catch (error) {
    signal.throwIfAborted();
    return { ...nothing, error: asError(error), isPending: false };
  }
}
