/** Text to video: a painted scene that the camera moves through. */
import { join } from 'node:path';
import { freeMemory } from '../memory.ts';
import type { PixelSize } from '../output-size.ts';
import type { LifeKind } from '../prompt/life.ts';
import { parseSetting, type SceneName, type Setting } from '../prompt/setting.ts';
import { parseShot } from '../prompt/shot.ts';
import type { RenderRequest, RenderResult } from '../protocol.ts';
import { randomStream } from '../random.ts';
import { softBlur } from '../raster/plane.ts';
import { toYuv420 } from '../raster/yuv420.ts';
import { frameFromPlate } from '../still/compose.ts';
import { finish } from '../still/finish.ts';
import { paintInThread, plateOrder } from '../still/paint.ts';
import { withDepthOfField } from './depth-of-field.ts';
import { describeFilm, describeShot } from './describe.ts';
import { encodeFilm } from './encode.ts';
import type { LayeredScene } from './layers.ts';
import { enliven } from './life.ts';
import { filmSize, readFilmParameters } from './parameters.ts';
import { type TellProgress, tellFrames } from './progress.ts';
import { drawFrames, frameOrder, prepareTake } from './render-frames.ts';
import { sceneNearness } from './scene-depth.ts';
import { composeSound } from './sound.ts';

const nearnessWidth = 320;

/** What lives in a place whether the prompt says so or not: a lake that stands still is a photograph of one. */
const placeLife: Partial<Record<SceneName, readonly LifeKind[]>> = {
  lake: ['ripples', 'clouds'],
  beach: ['ripples', 'clouds'],
  meadow: ['wind', 'clouds'],
  forest: ['wind'],
  mountains: ['clouds'],
  desert: ['clouds'],
};

async function paintScene(setting: Setting, size: PixelSize, seed: number): Promise<LayeredScene> {
  const plate = await paintInThread(plateOrder(setting, size, seed, false));
  const image = finish(frameFromPlate(plate, size.width, size.height), randomStream(seed, 'grain'));
  const nearnessHeight = Math.max(2, Math.round((nearnessWidth * size.height) / size.width));
  const nearness = softBlur(sceneNearness(setting.scene, plate.horizon, nearnessWidth, nearnessHeight), 4);
  return {
    geometry: {
      ...size,
      sourceWidth: size.width,
      sourceHeight: size.height,
      focusX: 0.5,
      focusY: plate.horizon,
      focusNearness: 0.4,
    },
    layers: [{ pixels: toYuv420(image), nearness }],
  };
}

export async function renderSceneFilm(request: RenderRequest, tell: TellProgress): Promise<RenderResult> {
  const { input, seed, directory, encoder } = request;
  const parameters = readFilmParameters(request);
  const { prompt, frames, frameRate, amplitude, hasSound } = parameters;
  const size = filmSize(input, undefined);
  const setting = parseSetting(prompt, seed);
  const scene = await paintScene(setting, size, seed);
  tell(0.08);
  freeMemory();
  const asked = parseShot(prompt, seed);
  const shot = { ...asked, life: [...new Set([...asked.life, ...(placeLife[setting.scene] ?? [])])] };
  const move = { shot, amplitude, seed, frames, frameRate };
  const painted = { horizon: scene.geometry.focusY, isGrown: setting.scene === 'meadow' };
  const living = enliven(scene, { ...move, painted });
  const take = prepareTake(withDepthOfField(living, shot.focus, frames / frameRate, undefined), move);
  const sound = await composeSound(request, parameters);

  const outputPath = join(directory, 'video.mp4');
  const drawn = drawFrames(take, request.workers, frameOrder(0, frames));
  await encodeFilm({ encoder, ...size, frameRate, outputPath, ...sound }, drawn, tellFrames(tell, frames));
  return {
    output: { kind: 'video', fileName: 'video.mp4', path: outputPath },
    metadata: {
      ...describeFilm({ ...size, frames, frameRate, hasSound, encoder }),
      layers: scene.layers.length,
      understood: {
        ...describeShot(shot, take.life.living),
        amplitude,
        scene: setting.scene,
        light: setting.light,
        sceneAsked: setting.sceneAsked,
        lightAsked: setting.lightAsked,
        words: [...shot.words, ...setting.words],
      },
    },
  };
}
