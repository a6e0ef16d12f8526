/** One command of `framegate`. */
export type Command = {
  readonly summary: string;
  /** How it is written, one line a form, for commands that take more than settings. */
  readonly usage?: readonly string[];
  /** Returns the exit code: 0 done, 1 failed, 2 asked for something there is not. */
  run(flags: readonly string[]): Promise<number>;
};
