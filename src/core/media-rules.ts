/** What is wrong with a medium: our own caps, and the rules a model's parameter puts on what it takes. Pure, integers only. */
import { GatewayError, type InputIssue } from './errors.ts';
import { issueAt } from './issues.ts';
import { type MediaFacts, maximumPixels } from './media.ts';
import type { MediaRule } from './model.ts';

/** The rule that a medium broke, as an issue names it. */
export type MediaProblemRule =
  | 'kind'
  | 'unsupported'
  | 'truncated'
  | 'corrupt'
  | 'tooLarge'
  | 'tooSmall'
  | 'ratio'
  | 'frameRate'
  | 'tooShort'
  | 'tooLong';

/** `predicate` says of the medium what is wrong with it: `is not a picture`. */
export type MediaProblem = { readonly rule: MediaProblemRule; readonly predicate: string };

/** An `invalid_input` whose message is a predicate: only the caller knows the field it is about. */
export function mediaError({ rule, predicate }: MediaProblem, cause?: unknown): GatewayError {
  return new GatewayError('invalid_input', predicate, { cause, issues: [{ path: [], rule, message: predicate }] });
}

/** The issue of a field whose medium was refused with `error`. */
export function mediaIssueAt(path: readonly (string | number)[], error: GatewayError): InputIssue {
  return issueAt(path, error.issues[0]?.rule ?? 'media', error.message);
}

/** Of all frames of an animation together. */
const maximumAnimationPixels = 4 * maximumPixels;
/** Hours of film; what claims more is made to keep a decoder busy. */
const maximumFrames = 1_000_000;

/** Judges what the header says, before anything is decoded. Undefined when nothing is wrong. */
export function checkCaps({ kind, width = 0, height = 0, frames = 1 }: MediaFacts): MediaProblem | undefined {
  const pixels = width * height;
  const tooLarge = (predicate: string): MediaProblem => ({ rule: 'tooLarge', predicate });
  if (pixels > maximumPixels) return tooLarge(`has more than ${maximumPixels / 1e6} megapixels: ${width}x${height}`);
  if (kind === 'image' && pixels * frames > maximumAnimationPixels) {
    return tooLarge(`has more than ${maximumAnimationPixels / 1e6} megapixels in its ${frames} frames`);
  }
  return frames > maximumFrames ? tooLarge(`has more than ${maximumFrames} frames`) : undefined;
}

/** What a rule looks at beside the facts. */
export type MediaUse = {
  readonly sizeBytes: number;
  /** Whether the bytes came as base64 inside the request. */
  readonly isInline: boolean;
  /** How many media the field holds. */
  readonly itemCount: number;
};

/** The first part of `rule` that a medium breaks; undefined when it keeps all of them. */
export function checkMedia(facts: MediaFacts, use: MediaUse, rule: MediaRule): MediaProblem | undefined {
  return checkFormat(facts, rule) ?? checkSize(use, rule) ?? checkShape(facts, rule) ?? checkTime(facts, use, rule);
}

function checkFormat({ extension }: MediaFacts, { formats }: MediaRule): MediaProblem | undefined {
  if (formats === undefined || (formats as readonly string[]).includes(extension)) return undefined;
  return { rule: 'unsupported', predicate: `must be one of ${formats.join(', ')}; it is ${extension}` };
}

/** Judges the size alone, which is known before the facts are. */
export function checkSize(
  { sizeBytes, isInline }: Pick<MediaUse, 'sizeBytes' | 'isInline'>,
  { maximumBytes, inlineBytesBelow }: MediaRule,
): MediaProblem | undefined {
  if (maximumBytes !== undefined && sizeBytes > maximumBytes) {
    return { rule: 'tooLarge', predicate: `may have at most ${maximumBytes} bytes; it has ${sizeBytes}` };
  }
  if (isInline && inlineBytesBelow !== undefined && sizeBytes >= inlineBytesBelow) {
    const predicate = `must have fewer than ${inlineBytesBelow} bytes when it is sent inline; it has ${sizeBytes}`;
    return { rule: 'tooLarge', predicate };
  }
  return undefined;
}

function checkShape(facts: MediaFacts, { minimumSide, maximumSide, ratio }: MediaRule): MediaProblem | undefined {
  const { width, height } = uprightSize(facts);
  if (minimumSide !== undefined && Math.min(width, height) < minimumSide) {
    return { rule: 'tooSmall', predicate: `must be at least ${minimumSide}x${minimumSide}; it is ${width}x${height}` };
  }
  if (maximumSide !== undefined && Math.max(width, height) > maximumSide) {
    return { rule: 'tooLarge', predicate: `may be at most ${maximumSide} pixels long; it is ${width}x${height}` };
  }
  if (ratio === undefined) return undefined;
  const { from, to } = ratio;
  // width/height >= from and <= to, multiplied out: no rounding can move an edge.
  if (width * from.height >= from.width * height && width * to.height <= to.width * height) return undefined;
  const range = `between ${from.width}:${from.height} and ${to.width}:${to.height}`;
  return { rule: 'ratio', predicate: `must have a ratio ${range}; it is ${width}x${height}` };
}

/** Size in pixels as it is looked at: EXIF orientations 5 to 8, and films turned by a quarter, swap the sides. */
export function uprightSize({ width = 0, height = 0, orientation = 1 }: MediaFacts): { width: number; height: number } {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

function checkTime(facts: MediaFacts, use: MediaUse, rule: MediaRule): MediaProblem | undefined {
  const { durationMs, frameRate = 0 } = facts;
  const { frameRateBelow, minimumMs = 0, lengths } = rule;
  // In thousandths of a frame: a container's fraction of 60 may come out a hair beside it.
  if (frameRateBelow !== undefined && Math.round(frameRate * 1000) >= frameRateBelow * 1000) {
    const predicate = `must have fewer than ${frameRateBelow} frames a second; it has ${frameRate}`;
    return { rule: 'frameRate', predicate };
  }
  if (durationMs === undefined) return undefined;
  if (durationMs < minimumMs) {
    return { rule: 'tooShort', predicate: `must last at least ${minimumMs} ms; it lasts ${durationMs} ms` };
  }
  if (lengths === undefined) return undefined;
  const limits = lengths.filter(({ items }) => items >= use.itemCount).map(({ maximumMs }) => maximumMs);
  // More media than any entry speaks of: the shortest limit holds.
  const maximumMs = limits.length > 0 ? Math.max(...limits) : Math.min(...lengths.map((entry) => entry.maximumMs));
  if (durationMs <= maximumMs) return undefined;
  const among = use.itemCount === 1 ? '' : ` when there are ${use.itemCount}`;
  return { rule: 'tooLong', predicate: `may last at most ${maximumMs} ms${among}; it lasts ${durationMs} ms` };
}
