/** Reading from the server into a component. */
import { startTransition, useCallback, useEffect, useRef, useState } from 'react';
import { FramegateError } from '../../sdk/index.ts';

export type Loaded<Value> = {
  /** The newest that was read; stays while it is read anew. */
  readonly value: Value | undefined;
  readonly error: FramegateError | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
};

type Options = {
  /** Reads again this often while the page is seen. */
  readonly everyMs?: number;
};

/** `load` runs at once and whenever `key` changes; a later reading ends an earlier one. */
export function useLoaded<Value>(
  key: string,
  load: (signal: AbortSignal) => Promise<Value>,
  { everyMs }: Options = {},
): Loaded<Value> {
  const [state, setState] = useState<Omit<Loaded<Value>, 'reload'> & { readonly key: string }>({
    key,
    value: undefined,
    error: undefined,
    isLoading: true,
  });
  const [turn, setTurn] = useState(0);
  const newest = useRef(load);
  newest.current = load;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn is a wish to read again.
  useEffect(() => {
    const stop = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    newest.current(stop.signal).then(
      (value) => {
        // What somebody does meanwhile is drawn first.
        if (!stop.signal.aborted) startTransition(() => setState({ key, value, error: undefined, isLoading: false }));
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setState((before) => ({ ...before, error: asError(error), isLoading: false }));
      },
    );
    return () => stop.abort();
  }, [key, turn]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  return { value: state.value, error: state.error, isLoading: state.isLoading, reload };
}

/** Whatever was thrown, as the error that is shown. */
export function asError(error: unknown): FramegateError {
  return error instanceof FramegateError ? error : new FramegateError(String(error), { cause: error });
}
