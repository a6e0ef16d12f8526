/** One command of `framegate`. */
export type Command = {
  readonly summary: string;
  /** Returns the exit code: 0 done, 1 failed, 2 asked for something there is not. */
  run(flags: readonly string[]): Promise<number>;
};
