/**
 * The end of the event loop's turn, shared by all who wait for it in that turn.
 *
 * Answers wait for it, so that those of one turn go out together: a client that sleeps between two answers is woken for
 * each, and on one machine that costs more than the answer (docs/decisions/0044-speed-and-memory.md has the figures).
 */
export function createTurnEnd(): () => Promise<void> {
  let end: Promise<void> | undefined;
  return () => {
    end ??= new Promise((done) => {
      setImmediate(() => {
        end = undefined;
        done();
      });
    });
    return end;
  };
}
