/** Whether the media of one field go together, such as the first and the last frame of a film. Pure, integers only. */
import { formatPath, type InputIssue } from './errors.ts';
import { issueAt } from './issues.ts';
import type { MediaFacts } from './media.ts';
import { uprightSize } from './media-rules.ts';
import type { MediaRule, Parameter } from './model.ts';

/** A medium whose facts are known, and its place in words that its owner knows. */
export type KnownMedium = {
  readonly field: string;
  readonly index: number;
  readonly path: readonly (string | number)[];
  readonly parameter: Parameter | undefined;
  readonly facts: MediaFacts;
};

type Likeness = NonNullable<MediaRule['likeness']>;

/** One issue for each medium that is not like the first of its field; what is not known is not judged. */
export function findUnlike(media: readonly KnownMedium[]): InputIssue[] {
  return media.flatMap((other) => {
    const rule = other.parameter?.accepts?.likeness;
    const first = media.find(({ field, index }) => field === other.field && index === 0);
    if (rule === undefined || first === undefined || other === first || areAlike(first.facts, other.facts, rule))
      return [];
    return [issueAt(other.path, 'unlike', predicateOf(first, other, rule))];
  });
}

function areAlike(first: MediaFacts, other: MediaFacts, { by, from, to }: Likeness): boolean {
  const [one, two] = by === 'ratio' ? ratioQuotient(first, other) : [pixelsOf(first), pixelsOf(other)];
  // one/two >= from and <= to, multiplied out: no rounding can move an edge, and no product is too large.
  const isEnough = one * BigInt(from.denominator) >= BigInt(from.numerator) * two;
  return isEnough && one * BigInt(to.denominator) <= BigInt(to.numerator) * two;
}

/** (width / height) / (width / height), as one fraction. */
function ratioQuotient(first: MediaFacts, other: MediaFacts): readonly [bigint, bigint] {
  const [one, two] = [uprightSize(first), uprightSize(other)];
  return [BigInt(one.width) * BigInt(two.height), BigInt(two.width) * BigInt(one.height)];
}

const pixelsOf = ({ width = 0, height = 0 }: MediaFacts) => BigInt(width) * BigInt(height);

const compared = { ratio: 'ratios', pixels: 'numbers of pixels' } as const satisfies Record<Likeness['by'], string>;

function predicateOf(first: KnownMedium, other: KnownMedium, { by, from, to }: Likeness): string {
  const range = `${from.numerator}/${from.denominator} to ${to.numerator}/${to.denominator}`;
  const [one, two] = [uprightSize(first.facts), uprightSize(other.facts)];
  const sizes = `they are ${one.width}x${one.height} and ${two.width}x${two.height}`;
  return `must go with ${formatPath(first.path)}, the quotient of their ${compared[by]} being ${range}; ${sizes}`;
}
