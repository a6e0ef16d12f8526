/** Image to video: one photograph becomes a film with a camera move. */
import { join } from 'node:path';
import { collectAsUsual } from '../memory.ts';
import { openPhoto } from '../photo/decode.ts';
import { parseShot } from '../prompt/shot.ts';
import { picturesOf, type RenderRequest, type RenderResult, refuseField } from '../protocol.ts';
import { describeFilm, describeShot } from './describe.ts';
import { encodeFrames, startEncoder } from './encode.ts';
import { filmSize, readFilmParameters } from './parameters.ts';
import { analysePictures, compositionOf, type KnownPicture, takePicture } from './photo-take.ts';
import { preparedShare, type TellProgress, tellFrames } from './progress.ts';
import { readAhead } from './read-ahead.ts';
import { drawFrames, frameOrder } from './render-frames.ts';
import { composeSound } from './sound.ts';

export async function renderFilm(request: RenderRequest, tell: TellProgress): Promise<RenderResult> {
  const { input, seed, directory, encoder } = request;
  const parameters = readFilmParameters(request);
  const { frames, frameRate, amplitude, hasSound } = parameters;
  const [medium] = picturesOf(request);
  if (medium === undefined) throw refuseField('images', 'images needs one picture to make a film from.');
  const photo = readAhead(await openPhoto(medium), (opened) => filmSize(input, opened));
  const size = filmSize(input, photo);
  const target = { encoder, ...size, frameRate, outputPath: join(directory, 'video.mp4') };
  const [known] = (await analysePictures([photo])) as [KnownPicture];
  // Not before: the analysis has use for every processor, the layers for one. Sound must be there before its encoder is.
  using ahead = hasSound ? undefined : startEncoder(target);
  tell(preparedShare * 0.5);
  const shot = parseShot(parameters.prompt, seed, compositionOf(known, size));
  const take = await takePicture(known, size, { shot, amplitude, seed, frames, frameRate });
  // Sound and frames make more than may lie about.
  collectAsUsual();
  tell(preparedShare * 0.8);
  const sound = await composeSound(request, parameters);
  tell(preparedShare);

  using encoding = ahead ?? startEncoder({ ...target, ...sound });
  const drawn = drawFrames(take, request.workers, frameOrder(0, frames));
  await encodeFrames(encoding, drawn, tellFrames(tell, frames));
  return {
    output: { kind: 'video', fileName: 'video.mp4', path: target.outputPath },
    metadata: {
      ...describeFilm({ ...size, frames, frameRate, hasSound, encoder }),
      layers: take.layers.length,
      subject: known.subject.source,
      confidence: Math.round(known.subject.confidence * 100) / 100,
      understood: { ...describeShot(shot, take.life.living), amplitude },
    },
  };
}
