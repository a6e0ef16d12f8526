/** How long each shot is seen. Pure. */

/** A picture is looked at this long when nobody says how long. */
const pictureSeconds = 2;
/** What somebody does in it takes longer to see, and so does a place with several in it. */
const actionSeconds = 2.5;
const togetherSeconds = 3;
/** Shorter than this nobody sees what is in it, however short a film it is from. */
const leastSeconds = 1;

export const automaticSeconds = { least: 1, most: 10 } as const;

/** What a shot's own length follows from. */
export type ShotContent = {
  /** Of the film it is cut from; undefined for pictures. */
  readonly seconds: number | undefined;
  /** How many are in it. */
  readonly count?: number;
  /** The words tell what happens in this very shot. */
  readonly isTold?: boolean;
};

export function naturalSeconds({ seconds, count = 1, isTold = false }: ShotContent): number {
  if (seconds !== undefined) return Math.max(leastSeconds, seconds);
  return count > 1 ? togetherSeconds : isTold ? actionSeconds : pictureSeconds;
}

/** The shots one after the other, less what their transitions share, in whole seconds. */
export function automaticLength(shots: readonly ShotContent[], transitionSeconds: readonly number[]): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const whole = Math.round(sum(shots.map(naturalSeconds)) - sum(transitionSeconds));
  return Math.min(automaticSeconds.most, Math.max(automaticSeconds.least, whole));
}

/** Below a second each, a shot that nobody asked for is left out; one that was asked for, below half a second. */
const leastShownSeconds = { asked: 0.5, other: 1 } as const;

/** Which shots there is time for: those that the prompt names before the others, but at least one. */
export function shotsInTime<Shot extends { readonly isNamed: boolean }>(
  shots: readonly Shot[],
  seconds: number,
): Shot[] {
  if (!shots.some(({ isNamed }) => isNamed)) return [...shots];
  const named = shots
    .filter(({ isNamed }) => isNamed)
    .slice(0, Math.max(1, Math.floor(seconds / leastShownSeconds.asked)));
  const room = Math.max(0, Math.floor(seconds / leastShownSeconds.other) - named.length);
  const others = shots.filter(({ isNamed }) => !isNamed).slice(0, room);
  return shots.filter((shot) => named.includes(shot) || others.includes(shot));
}

export type ShotLengths = {
  readonly frames: readonly number[];
  /** Frames that each shot shares with the next. */
  readonly overlaps: readonly number[];
};

/**
 * Shares `frames` out among the shots by what each would take. `wanted` are the frames of the transitions between them;
 * they are shortened where a shot would not hold two of them.
 */
export function shareOut(shots: readonly ShotContent[], frames: number, wanted: readonly number[]): ShotLengths {
  const natural = shots.map(naturalSeconds);
  const sum = natural.reduce((total, seconds) => total + seconds, 0);
  // In the worst case, a second beside a film of eight, a shot still has to hold two transitions.
  const shortest = (frames * Math.min(...natural)) / sum;
  const most = Math.max(0, Math.floor(shortest / 2.5) - 1);
  const overlaps = wanted.slice(0, shots.length - 1).map((count) => Math.min(most, count));
  const all = frames + overlaps.reduce((total, count) => total + count, 0);
  let before = 0;
  let elapsed = 0;
  const lengths = natural.map((seconds) => {
    elapsed += seconds;
    const end = Math.round((all * elapsed) / sum);
    const length = end - before;
    before = end;
    return length;
  });
  return { frames: lengths, overlaps };
}
