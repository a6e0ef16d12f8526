/** Facts of MP4 and MOV files, read by mediabunny from the container's tables; no picture is decoded. */
import type { MediaFacts } from '../../core/media.ts';

/** `read` gives the bytes from `start` up to and without `end`. Throws whatever mediabunny throws on a broken file. */
export async function probeMp4(
  sizeBytes: number,
  read: (start: number, end: number) => Promise<Uint8Array>,
): Promise<MediaFacts> {
  // Loaded when the first film is probed: it is large, and a start should not wait for it.
  const { CustomSource, Input, MP4, QTFF } = await import('mediabunny');
  using input = new Input({ formats: [MP4, QTFF], source: new CustomSource({ getSize: () => sizeBytes, read }) });
  const isQuickTime = (await input.getMimeType()).startsWith('video/quicktime');
  const video = await input.getPrimaryVideoTrack();
  if (video === null) throw new Error('the file has no picture track');
  const audio = await input.getPrimaryAudioTrack();
  const stats = await video.computePacketStats();
  const videoCodec = await video.getCodec();
  const audioCodec = await audio?.getCodec();
  return {
    kind: 'video',
    mediaType: isQuickTime ? 'video/quicktime' : 'video/mp4',
    extension: isQuickTime ? 'mov' : 'mp4',
    width: await video.getCodedWidth(),
    height: await video.getCodedHeight(),
    durationMs: Math.round((await video.computeDuration()) * 1000),
    frameRate: Math.round(stats.averagePacketRate * 1000) / 1000,
    ...(typeof videoCodec === 'string' ? { videoCodec } : {}),
    ...(typeof audioCodec === 'string' ? { audioCodec } : {}),
  };
}
