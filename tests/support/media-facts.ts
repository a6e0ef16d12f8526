/** Facts of media as somebody else's program sees them: ffprobe for films, the file's own header for PNG. */
import { execFileSync } from 'node:child_process';

export type FilmFacts = {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: string;
  readonly frameRate: string;
  readonly frames: number;
  readonly seconds: number;
  readonly hasSound: boolean;
};

/** Throws when ffprobe (Debian's ffmpeg) is missing or refuses the file. */
export function probeFilm(path: string): FilmFacts {
  const entries = 'stream=codec_type,codec_name,width,height,pix_fmt,r_frame_rate,nb_read_frames:format=duration';
  const text = execFileSync(
    'ffprobe',
    ['-v', 'error', '-count_frames', '-show_entries', entries, '-of', 'json', path],
    { encoding: 'utf8' },
  );
  const { streams, format } = JSON.parse(text) as {
    streams: Record<string, string | number>[];
    format: { duration: string };
  };
  const video = streams.find((stream) => stream.codec_type === 'video');
  if (video === undefined) throw new Error('no picture track');
  return {
    codec: String(video.codec_name),
    width: Number(video.width),
    height: Number(video.height),
    pixelFormat: String(video.pix_fmt),
    frameRate: String(video.r_frame_rate),
    frames: Number(video.nb_read_frames),
    seconds: Number(format.duration),
    hasSound: streams.some((stream) => stream.codec_type === 'audio'),
  };
}

/** Width and height of a PNG (PNG 3rd ed. 11.2.1). Throws when the bytes are no PNG. */
export function pngSize(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== 0x89504e47) throw new Error('not a PNG');
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
