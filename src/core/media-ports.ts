/** What core asks of whoever keeps bytes, looks at them, marks them, and fetches or sends them. Types only. */

import type { JobMedia } from './engine-port.ts';
import type { BlobKey, TenantId, UploadId } from './ids.ts';
import type { Label, MarkCorner } from './marks.ts';
import type { Artifact, Digest, MediaFacts, Preview, PreviewName } from './media.ts';
import type { CallOptions } from './ports.ts';

/** One blob that storage holds. */
export type StoredBlob = {
  readonly key: BlobKey;
  /** It was written by then, and a quarter of an hour before at the earliest. Milliseconds since 1970. */
  readonly writtenAt: number;
};

/** Where the bytes of artifacts lie. Each blob may have previews beside it, which live and die with it. */
export type Blobs = {
  /**
   * Writes a stream whole or not at all, under a new key that begins with the tenant; it is durable on return. Throws
   * GatewayError `storage_full`, `payload_too_large`.
   */
  write(
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options: CallOptions & { readonly tenantId: TenantId; readonly maximumBytes: number },
  ): Promise<Digest & { readonly key: BlobKey }>;
  /**
   * Bytes `start` up to and including `end`. With `expected`, which is for whole reads, the stream throws GatewayError
   * `internal` at its end when the bytes are not those. Throws `not_found` when the blob is gone.
   */
  read(
    key: BlobKey,
    options: CallOptions & { readonly start?: number; readonly end?: number; readonly expected?: Digest },
  ): AsyncIterable<Uint8Array>;
  /** Undefined when the blob is gone. */
  sizeBytes(key: BlobKey, options: CallOptions): Promise<number | undefined>;
  /** Removes a blob and its previews. Idempotent. */
  remove(key: BlobKey, options: CallOptions): Promise<void>;
  /** Writes a preview of a blob, over the one it had. */
  writePreview(key: BlobKey, name: PreviewName, bytes: Uint8Array, options: CallOptions): Promise<void>;
  /** As `read`. */
  readPreview(key: BlobKey, name: PreviewName, options: Parameters<Blobs['read']>[1]): AsyncIterable<Uint8Array>;
  /** Every blob, previews left out, in no order; what comes and goes meanwhile may be missed. */
  list(options: CallOptions): AsyncIterable<StoredBlob>;
  /** A URL at the storage itself that serves the whole blob for a while; for storages that others can reach. */
  readonly presign?: (key: BlobKey, link: PresignedLink) => Promise<string>;
};

export type PresignedLink = {
  readonly lifetimeMs: number;
  readonly contentType: string;
  readonly contentDisposition: string;
};

/** Where the bytes of an upload that comes in pieces gather: always on this machine, whatever keeps the blobs. */
export type PartialFiles = {
  /** Makes an empty file; it is durable on return. */
  create(id: UploadId): Promise<void>;
  /**
   * Writes a stream from `offset` on, over what is there. Every 8 MiB and at the end, also when the stream breaks off,
   * the bytes are synced and `onSynced` is told how far the file reaches now; what that throws ends the writing. Throws
   * GatewayError `storage_full`, `not_found` when there is no such file, and what the stream throws.
   */
  append(
    id: UploadId,
    offset: number,
    bytes: AsyncIterable<Uint8Array>,
    onSynced: (endOffset: number) => Promise<void>,
  ): Promise<void>;
  /** Throws GatewayError `not_found` when there is no such file. */
  read(id: UploadId, options: CallOptions): AsyncIterable<Uint8Array>;
  /** Idempotent. */
  remove(id: UploadId): Promise<void>;
  list(): Promise<readonly UploadId[]>;
};

/** Reads facts from the bytes. */
export type Prober = {
  /**
   * Throws GatewayError `invalid_input` when they are not media we take; its message is the predicate of a sentence
   * (`is not a picture`), for the caller alone knows the field, and its one issue names the rule. Plain texts are taken
   * from engines only: `isTextTaken`.
   */
  probe(
    key: BlobKey,
    sizeBytes: number,
    options: CallOptions & { readonly isTextTaken?: boolean },
  ): Promise<MediaFacts>;
};

/** Decodes what came from outside once, in a process that may die, before an engine meets it. */
export type Verifier = {
  /**
   * Throws GatewayError `invalid_input` with the predicate of a sentence, as Prober does, when the bytes cannot be decoded
   * or are not what `facts` say; `overloaded` when too many wait or the decoder had no time.
   */
  verify(key: BlobKey, sizeBytes: number, facts: MediaFacts, options: CallOptions): Promise<void>;
};

/** A file that lies in blob storage. */
export type StoredFile = Pick<Artifact, 'blobKey' | 'sizeBytes' | 'facts'>;

/** How a visible mark is drawn: the letters, unless a picture stands in their place. */
export type MarkDrawing = { readonly corner: MarkCorner; readonly picture?: StoredFile };

/** Writes marks into files, and takes out what engines need not know. None of it decodes a picture in this process. */
export type Marker = {
  /**
   * The file with the label in its metadata; picture and sound stay byte for byte. `has label`: it carries one already.
   * `is signed`: a C2PA manifest is bound to its bytes, so it is left as it is. `no place`: its format has none. Throws
   * GatewayError `invalid_input` with the predicate of a sentence when the file's structure is broken.
   */
  label(
    file: StoredFile,
    label: Label,
    options: CallOptions,
  ): Promise<
    | { readonly state: 'labelled'; readonly bytes: AsyncIterable<Uint8Array> }
    | { readonly state: 'has label' | 'is signed' | 'no place' }
  >;
  /**
   * The picture or film with a visible mark, encoded anew. Throws GatewayError `invalid_input` with the predicate of a
   * sentence when it cannot be drawn on, `engine_unavailable` when the program for it is missing.
   */
  draw(file: StoredFile, drawing: MarkDrawing, options: CallOptions): AsyncIterable<Uint8Array>;
  /**
   * The picture without location, device and other metadata; what it looks like stays. Undefined when there is nothing
   * to take out, and for what is no PNG, JPEG or WebP. Throws as `label` does.
   */
  strip(file: StoredFile, options: CallOptions): Promise<Pick<JobMedia, 'sizeBytes' | 'sha256' | 'open'> | undefined>;
};

/** A preview that was made and is not stored yet. */
export type MadePreview = Omit<Preview, 'sha256' | 'sizeBytes'> & { readonly bytes: Uint8Array };

/** Makes what is shown in place of a result, in a process that may die. */
export type Previewer = {
  /** Undefined when none can be made. Throws the signal's reason, and what reading the blob throws. */
  preview(
    key: BlobKey,
    sizeBytes: number,
    facts: MediaFacts,
    options: CallOptions,
  ): Promise<{ readonly blurhash: string; readonly thumbnail: MadePreview; readonly poster?: MadePreview } | undefined>;
};

/** What answered a POST. */
export type PostAnswer = {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** How the body begins. */
  readonly start: Uint8Array;
};

/** What the API that a URL came by says about such URLs. */
export type UrlRules = {
  /** Plain http on port 80 is taken too. Unless given, only https is, except from what the owner allowed. */
  readonly isHttpAllowed?: boolean;
};

/**
 * The one guarded way to every URL that came from outside. A caller learns that an input could not be fetched, and
 * nothing of the address, port or answer.
 */
export type Fetcher = {
  /**
   * Throws GatewayError `invalid_input` when the URL may never be fetched, whatever answers there. No I/O. The message
   * is the predicate of a sentence.
   */
  judge(url: string, rules?: UrlRules): void;
  /** Throws GatewayError `input_unfetchable`, also while the bytes are read. */
  fetch(url: string, options: CallOptions & UrlRules): AsyncIterable<Uint8Array>;
  /**
   * Sends a body and follows no redirect: every status is an answer. Of the answer's body little is read and less kept.
   * Throws GatewayError `input_unfetchable` when no status came, and the signal's reason.
   */
  post(
    url: string,
    content: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
    options: CallOptions,
  ): Promise<PostAnswer>;
};

/** Encrypts small texts for the store. `context` says what a text belongs to: it opens for the same context only. */
export type Sealer = {
  seal(text: string, context: string): string;
  /** Throws GatewayError `internal` when it was changed, or sealed under another secret. */
  open(sealed: string, context: string): string;
};
