/** What a native request says of marks and metadata, in the words of core. */
import { inputError } from '../../core/errors.ts';
import { issueAt } from '../../core/issues.ts';
import type { JsonValue } from '../../core/json.ts';
import type { MarksWish } from '../../core/marks.ts';
import type { InlineMedia } from '../../core/submit.ts';
import { maximumMetadataLength, type WireMarksWish } from './wire.ts';

/** Throws GatewayError `invalid_input` when they are too long, or hold a data URI: that is media, and media are inputs. */
export function readMetadata(metadata: JsonValue | undefined, inline: ReadonlyMap<string, InlineMedia>): JsonValue {
  if (metadata === undefined) return null;
  const text = JSON.stringify(metadata);
  if (text.length > maximumMetadataLength) {
    const limit = `may have at most ${maximumMetadataLength} characters of JSON; it has ${text.length}`;
    throw inputError([issueAt(['metadata'], 'maxLength', limit)]);
  }
  if ([...inline.keys()].some((key) => text.includes(key))) {
    throw inputError([issueAt(['metadata'], 'format', 'may not hold data URIs')]);
  }
  return metadata;
}

export function readMarks({ aigc, visible, position, keep_unmarked }: WireMarksWish): MarksWish {
  return { label: aigc, isVisible: visible ?? false, corner: position, isUnmarkedKept: keep_unmarked ?? false };
}
