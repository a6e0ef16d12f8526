/** What every port has in common. Types only. */

/** Every call that waits takes a signal; a deadline is a signal too. */
export type CallOptions = { readonly signal: AbortSignal };

/** Milliseconds since 1970. */
export type Clock = { now(): number };
