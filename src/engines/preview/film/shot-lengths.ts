/** How long each reference is seen. Pure. */

const fadeSeconds = 0.4;
/** A picture is looked at this long when nobody says how long. */
const pictureSeconds = 2;
/** Shorter than this nobody sees what is in it, however short a film it is from. */
const leastSeconds = 1;

export const automaticSeconds = { least: 1, most: 10 } as const;

/** `seconds` is undefined for a picture. */
export type Reference = { readonly seconds: number | undefined };

function naturalSeconds({ seconds = pictureSeconds }: Reference): number {
  return Math.max(leastSeconds, seconds);
}

/** What was given, one after the other, in whole seconds. */
export function automaticLength(references: readonly Reference[]): number {
  const sum = references.reduce((total, reference) => total + naturalSeconds(reference), 0);
  const whole = Math.round(sum - fadeSeconds * (references.length - 1));
  return Math.min(automaticSeconds.most, Math.max(automaticSeconds.least, whole));
}

export type ShotLengths = { readonly frames: readonly number[]; readonly overlap: number };

/** Shares `frames` out among the references by what each would take; neighbours overlap while the one fades into the other. */
export function shareOut(references: readonly Reference[], frames: number, frameRate: number): ShotLengths {
  const count = references.length;
  // In the worst case, a second beside a film of eight, a shot still has to hold two fades.
  const natural = references.map(naturalSeconds);
  const sum = natural.reduce((total, seconds) => total + seconds, 0);
  const shortest = (frames * Math.min(...natural)) / sum;
  const overlap =
    count === 1 ? 0 : Math.max(0, Math.min(Math.round(fadeSeconds * frameRate), Math.floor(shortest / 2.5) - 1));
  const all = frames + overlap * (count - 1);
  let before = 0;
  let elapsed = 0;
  const lengths = natural.map((seconds) => {
    elapsed += seconds;
    const end = Math.round((all * elapsed) / sum);
    const length = end - before;
    before = end;
    return length;
  });
  return { frames: lengths, overlap };
}
