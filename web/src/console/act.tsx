/** A button that asks the server to do something, and says what it answered when it would not. */
import { type ReactNode, useState } from 'react';
import { ErrorNotice } from '../parts/notice.tsx';
import { asError } from '../use-loaded.ts';

type ActProps = {
  readonly onAct: () => Promise<unknown>;
  /** A question that must be answered first. */
  readonly question?: string;
  readonly children: ReactNode;
};

export function Act({ onAct, question, children }: ActProps) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ReturnType<typeof asError>>();
  const act = async () => {
    if (question !== undefined && !confirm(question)) return;
    setBusy(true);
    setError(undefined);
    try {
      await onAct();
    } catch (caught) {
      setError(asError(caught));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" disabled={isBusy} onClick={() => void act()}>
        {children}
      </button>
      {error === undefined ? null : <ErrorNotice error={error} />}
    </>
  );
}
