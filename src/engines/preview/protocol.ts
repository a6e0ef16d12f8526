/** What the engine and its render process say to each other over the IPC channel. Plain JSON in both directions. */

import type { EngineJob } from '../../core/engine-port.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { MediaFacts } from '../../core/media.ts';
import type { Usage } from '../../core/price.ts';
import type { PreviewOperation } from './capabilities.ts';

/** One input picture or film, already streamed to a file with a name of our own. */
export type RenderMedium = {
  readonly field: string;
  readonly index: number;
  readonly facts: MediaFacts;
  readonly path: string;
};

/** How to encode and read films: an ffmpeg and what the probe found out about it. */
export type Encoder = {
  readonly path: string;
  /** As `ffmpeg -version` says it, such as `5.1.9-0+deb12u1`. */
  readonly version: string;
  /** x264 takes `cpu-independent=1`: the same bytes whatever SIMD the processor has. The 2018 build does not know it. */
  readonly cpuIndependent: boolean;
  /** It is maintained, so that films from outside may be read with it. */
  readonly canDecode: boolean;
};

/** A folder with the owner's depth model, and a cache of what was found out about pictures. */
export type AnalysisEquipment = {
  readonly modelDirectory?: string;
  readonly cache?: { readonly directory: string; readonly secret: string };
};

export type RenderRequest = {
  readonly operation: PreviewOperation;
  readonly input: JsonObject;
  /** As EngineJob says. */
  readonly ineffective: NonNullable<EngineJob['ineffective']>;
  readonly seed: number;
  readonly media: readonly RenderMedium[];
  /** Private directory of this attempt; every file the render makes lies in it. */
  readonly directory: string;
  readonly encoder: Encoder;
  /** Threads that warp frames. The bytes of a film do not depend on it. */
  readonly workers: number;
  /** What draws them; the bytes do not depend on it either. Default: the fastest there is. */
  readonly kernel?: 'plain';
  /** What may be used to look at pictures. */
  readonly analysis?: AnalysisEquipment;
};

export function picturesOf({ media }: RenderRequest): RenderMedium[] {
  return media.filter(({ facts }) => facts.kind === 'image');
}

export function filmsOf({ media }: RenderRequest): RenderMedium[] {
  return media.filter(({ facts }) => facts.kind === 'video');
}

export type RenderFailure = {
  readonly code: ErrorCode;
  /** Our sentence for the tenant: no paths, no library text. */
  readonly message: string;
  readonly details?: JsonObject;
  /** For the log only. */
  readonly cause?: string;
};

export type RenderOutput = { readonly kind: 'image' | 'video'; readonly fileName: string; readonly path: string };

/** What an operation returns: the file it made, and what is worth knowing about it. */
export type RenderResult = {
  readonly output: RenderOutput;
  readonly metadata: JsonObject;
  /** What the engine itself chose, as the price counts it. */
  readonly usage?: Usage;
};

/** What a render process is told: to make itself ready, or to render, once. */
export type RenderOrder =
  | { readonly type: 'warm'; readonly workers: number }
  | { readonly type: 'rehearse'; readonly workers: number }
  | { readonly type: 'render'; readonly request: RenderRequest };

export type RenderMessage =
  | { readonly type: 'warm' }
  | { readonly type: 'progress'; readonly progress: number }
  /** Something the owner should know, for the log. */
  | { readonly type: 'warning'; readonly event: string; readonly reason: string }
  /** A JPEG of a frame, in base64. */
  | { readonly type: 'glimpse'; readonly jpeg: string }
  | ({ readonly type: 'succeeded' } & RenderResult)
  | { readonly type: 'failed'; readonly failure: RenderFailure };

/** Refuses what stands in one field. `reason` is a whole sentence. */
export function refuseField(field: string, reason: string): RenderError {
  return new RenderError('invalid_input', reason, { details: { field } });
}

/** A fault of the request itself that the render process found, such as a picture that cannot be decoded. */
export class RenderError extends Error {
  readonly code: ErrorCode;
  readonly details: JsonObject | undefined;

  constructor(code: ErrorCode, message: string, extra: { cause?: unknown; details?: JsonObject } = {}) {
    super(message, extra.cause === undefined ? {} : { cause: extra.cause });
    this.name = 'RenderError';
    this.code = code;
    this.details = extra.details;
  }
}
