/** The frames of a film as somebody else's program decodes them (Debian's ffmpeg), unscaled. */
import { execFileSync } from 'node:child_process';
import { probeFilm } from './media-facts.ts';

export type FilmFrames = {
  readonly width: number;
  readonly height: number;
  /** Planar I420: the luma plane, then both chroma planes at half size, rounded up. */
  readonly frames: readonly Uint8Array[];
};

const maximumBytes = 2 ** 31 - 1;

/** All frames, or of a long film those whose numbers `chosen` names. Throws when ffmpeg refuses the file. */
export function readFilmFrames(path: string, chosen?: readonly number[]): FilmFrames {
  const { width, height } = probeFilm(path);
  const choice = chosen?.map((frame) => `eq(n\\,${frame})`).join('+');
  const filter = choice === undefined ? [] : ['-vf', `select=${choice}`];
  const args = ['-v', 'error', '-nostdin', '-i', path, ...filter, '-vsync', 'passthrough', '-an'];
  const raw = execFileSync('ffmpeg', [...args, '-pix_fmt', 'yuv420p', '-f', 'rawvideo', '-'], {
    maxBuffer: maximumBytes,
  });
  const frameBytes = width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
  const count = raw.length / frameBytes;
  if (!Number.isInteger(count)) throw new Error(`${raw.length} bytes are no whole frames of ${width}x${height}`);
  const frames = Array.from({ length: count }, (_, index) =>
    raw.subarray(index * frameBytes, (index + 1) * frameBytes),
  );
  return { width, height, frames };
}

/** A grey picture; of a frame, its luma plane. */
export type GreyPicture = { readonly width: number; readonly height: number; readonly data: Uint8Array };

export function lumaOf({ width, height, frames }: FilmFrames, index: number): GreyPicture {
  const frame = frames.at(index);
  if (frame === undefined) throw new RangeError(`there is no frame ${index}`);
  return { width, height, data: frame.subarray(0, width * height) };
}

export function lumasOf(film: FilmFrames): GreyPicture[] {
  return film.frames.map((_, index) => lumaOf(film, index));
}
