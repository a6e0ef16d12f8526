/** Takes the `data:` strings out of a parsed body, so that media never travel on as text. Pure. */
import { GatewayError } from '../core/errors.ts';
import type { InlineMedia } from '../core/submit.ts';

/** Deeper bodies are refused: no API of ours nests more than five levels. */
const maximumDepth = 32;

/** RFC 2397 with base64; the comma may be missing, as some clients leave it out. */
const dataUri = /^data:([a-z0-9.+/-]*)((?:;[a-z0-9=."+/-]*?)*);base64,?/i;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The bytes of a data URI, or the predicate of a sentence that says what is wrong with it. */
export function decodeDataUri(text: string): InlineMedia {
  const head = dataUri.exec(text.slice(0, 200));
  const problem = (predicate: string): InlineMedia => ({ problem: predicate, text });
  if (head === null) return problem('must be a data URI of the form data:<type>;base64,<base64 text>');
  const body = text.slice(head[0].length);
  if (body === '') return problem('is a data URI without data');
  if (body.length % 4 !== 0) return problem(`is not valid base64: its length ${body.length} is not a multiple of 4`);
  if (!base64.test(body)) return problem('is not valid base64: it has characters outside the alphabet');
  // A buffer of its own, never a slice of Node's pool: it may be moved to another thread.
  return { bytes: new Uint8Array(Buffer.from(body, 'base64')), head: head[0] };
}

export type Detached = { readonly value: unknown; readonly inline: Map<string, InlineMedia> };

/**
 * The value with each data URI replaced by its key. `nonce` keeps a string of the client's own from being taken for a
 * key. Throws GatewayError `invalid_request` when the value nests too deep.
 */
export function detachInlineMedia(value: unknown, nonce: string): Detached {
  const inline = new Map<string, InlineMedia>();
  const visit = (at: unknown, depth: number): unknown => {
    if (depth > maximumDepth) {
      throw new GatewayError('invalid_request', `The body nests more than ${maximumDepth} levels deep.`);
    }
    if (typeof at === 'string') {
      if (!/^data:/i.test(at)) return at;
      const key = `inline-${nonce}-${inline.size}`;
      inline.set(key, decodeDataUri(at));
      return key;
    }
    if (typeof at !== 'object' || at === null) return at;
    if (Array.isArray(at)) {
      for (let index = 0; index < at.length; index += 1) at[index] = visit(at[index], depth + 1);
      return at;
    }
    const fields = at as Record<string, unknown>;
    for (const [name, field] of Object.entries(fields)) {
      const visited = visit(field, depth + 1);
      // Only what changed is written: `fields[name] =` would call a setter for __proto__.
      if (visited !== field)
        Object.defineProperty(fields, name, { value: visited, enumerable: true, writable: true, configurable: true });
    }
    return fields;
  };
  return { value: visit(value, 0), inline };
}

/** A number that a double may not hold: the only bodies that are read number by number, which is four times as slow. */
const longNumber = /[:,[\s]-?\d{16}/;

type Source = { readonly source?: string };

/** Ids of 64 bits come as bare numbers from real clients; what a double cannot hold stays the text it was. */
function keepLongInteger(_name: string, value: unknown, { source }: Source): unknown {
  if (typeof value !== 'number' || source === undefined || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(source) ? source : value;
}

/**
 * Parses JSON text; a whole number beyond 2^53 comes out as its text. Throws GatewayError `invalid_request` that says
 * where it breaks.
 */
export function parseJson(text: string): unknown {
  try {
    // TypeScript does not know the third argument of a reviver yet (ECMAScript 2025, JSON.parse source text access).
    if (longNumber.test(text)) return JSON.parse(text, keepLongInteger as Parameters<typeof JSON.parse>[1]);
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*? in JSON/, 'unexpected text').slice(0, 120) : '';
    const where = /at position \d+/.exec(reason)?.[0];
    throw new GatewayError('invalid_request', `The body is not valid JSON${where === undefined ? '' : ` ${where}`}.`, {
      cause: error,
    });
  }
}
