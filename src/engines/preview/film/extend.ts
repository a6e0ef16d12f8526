/** Extend: a film, carried on from its last frame by a camera move, or led to a picture. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type PixelSize, readResolution, sizeForRatio } from '../output-size.ts';
import { openPhoto, pictureOf } from '../photo/decode.ts';
import { parseShot } from '../prompt/shot.ts';
import {
  filmsOf,
  picturesOf,
  type RenderMedium,
  type RenderRequest,
  type RenderResult,
  refuseField,
} from '../protocol.ts';
import { decodeFrames } from './decode.ts';
import { describeFilm, describeShot } from './describe.ts';
import { encodeFilm } from './encode.ts';
import { shownSize } from './ffmpeg-input.ts';
import { exactRate } from './frame-rate.ts';
import type { Velocity } from './glide.ts';
import { goOn } from './go-on.ts';
import { defaultSeconds, readFilmParameters, readNumber } from './parameters.ts';
import { analysePictures, compositionOf, type KnownPicture, moveOver } from './photo-take.ts';
import { type TellProgress, tellFrames } from './progress.ts';
import { changeFrames, parseChange } from './start-end.ts';
import { addSound } from './transcode.ts';

const longestExtensionSeconds = 7;
const fallbackRate = 24;
const highestRate = 120;
/** Beyond it the layers of a frame and its encoder would not fit the memory a render may use. */
const mostPixels = 2560 * 1440;

function filmToExtend(request: RenderRequest): { medium: RenderMedium; size: PixelSize; frameRate: number } {
  const [medium] = filmsOf(request);
  if (medium === undefined) throw refuseField('videos', 'videos needs the film to extend.');
  const shown = shownSize(medium.facts);
  const resolution = readResolution(request.input.resolution);
  const size =
    resolution === undefined
      ? { width: shown.width - (shown.width % 2), height: shown.height - (shown.height % 2) }
      : sizeForRatio(resolution, shown.width / shown.height);
  if (size.width * size.height > mostPixels) {
    throw refuseField(
      'videos',
      `The preview engine extends films of at most 2560x1440 pixels; this one would have ${size.width}x${size.height}.`,
    );
  }
  return { medium, size, frameRate: exactRate(readNumber(medium.facts.frameRate, fallbackRate, 1, highestRate)) };
}

export async function renderExtended(request: RenderRequest, tell: TellProgress): Promise<RenderResult> {
  const { input, seed, directory, encoder, workers } = request;
  const { prompt, amplitude } = readFilmParameters(request);
  const { medium, size, frameRate } = filmToExtend(request);
  const [endMedium] = picturesOf(request);
  const [end] = await analysePictures(endMedium === undefined ? [] : [await openPhoto(endMedium)]);
  const seconds = readNumber(input.duration, defaultSeconds, 1, longestExtensionSeconds);
  const added = Math.round(seconds * frameRate);
  let shot = endMedium === undefined ? parseShot(prompt, seed) : parseChange(prompt, seed);
  let given = 0;
  let carriedOn: Velocity = { x: 0, y: 0, growth: 0 };

  const film = decodeFrames({ decoder: encoder, medium, size, frameRate, mostFrames: Number.MAX_SAFE_INTEGER });
  const whole = goOn(film, size, async function* ({ last, count, velocity }) {
    given = count;
    carriedOn = velocity;
    const [from] = (await analysePictures([pictureOf(last)])) as [KnownPicture];
    // Only now is it known what the film ends with.
    if (end === undefined) shot = parseShot(prompt, seed, compositionOf(from, size));
    const going = { size, shot, amplitude, seed, frames: added, frameRate, workers, velocity };
    yield* end === undefined ? moveOver(from, going, 1) : changeFrames({ ...going, from, to: end, skipped: 1 });
  });
  const expected = (medium.facts.frames ?? ((medium.facts.durationMs ?? 0) * frameRate) / 1000) + added;
  const silentPath = join(directory, 'silent.mp4');
  const frames = await encodeFilm(
    { encoder, ...size, frameRate, outputPath: silentPath },
    whole,
    tellFrames(tell, expected),
  );
  const perSecond = (share: number) => Math.round(share * frameRate * 1000) / 10;
  const outputPath = join(directory, 'video.mp4');
  const hasSound = medium.facts.audioCodec !== undefined;
  if (hasSound) await addSound({ encoder, silentPath, medium, seconds: frames / frameRate, outputPath });
  else await rename(silentPath, outputPath);
  return {
    output: { kind: 'video', fileName: 'video.mp4', path: outputPath },
    metadata: {
      ...describeFilm({ ...size, frames, frameRate, hasSound, encoder }),
      framesGiven: given,
      framesAdded: frames - given,
      understood: {
        ...describeShot(shot),
        amplitude,
        endImage: end !== undefined,
        // Of the film's last frames: percent of the width a second, to the right and down; growth in percent a second.
        movement: {
          x: perSecond(carriedOn.x),
          y: perSecond(carriedOn.y),
          growth: perSecond(carriedOn.growth),
        },
      },
    },
  };
}
