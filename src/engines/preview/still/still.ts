/**
 * Text and reference to image: cut the references out, if there are any, paint the place the prompt names, put them into
 * it.
 */
import { join } from 'node:path';
import type { JsonObject } from '../../../core/json.ts';
import { drawParticlesOnPicture, planParticles } from '../film/particles.ts';
import { freeMemory } from '../memory.ts';
import { outputSize, type PixelSize, readAspectRatio, readResolution, sizeForRatio } from '../output-size.ts';
import { lookAtEach } from '../photo/analysis.ts';
import { openPhoto, type Photo } from '../photo/decode.ts';
import { type Ambient, type AmbientKind, parseAmbient } from '../prompt/ambient.ts';
import { type LetteringRequest, parseLettering } from '../prompt/lettering.ts';
import { parsePlacement, type Wish } from '../prompt/placement.ts';
import { parseSetting, type Setting } from '../prompt/setting.ts';
import { normalisePrompt } from '../prompt/words.ts';
import { picturesOf, type RenderRequest, type RenderResult } from '../protocol.ts';
import { randomStream } from '../random.ts';
import type { RgbImage } from '../raster/colour.ts';
import { createNoise } from '../raster/noise.ts';
import { createPlane, samplePlane } from '../raster/plane.ts';
import { castShadow, type Frame, lightSprite, type Placed, placeSprite } from './compose.ts';
import { asPrint, type Cutout, cropShares, examine, isCutOff, readSprite, type Sprite } from './cutout.ts';
import { layOut, type Slot } from './layout.ts';
import { type Lettering, setLettering } from './lettering/set.ts';
import { lights } from './light.ts';
import {
  enlargeInThreads,
  finishInThreads,
  paintInThreads,
  plateOrder,
  softenInThreads,
  writePngInThreads,
} from './paint.ts';
import { plateFromPhoto } from './photo-plate.ts';
import type { Plate } from './stage.ts';

type TellProgress = (progress: number) => void;

/** The vendors' pages allow seven. */
const mostReferences = 7;
/** Depth of field behind a subject, as a share of the plate's width. */
const backgroundBlur = 0.0016;

export function stillSize(input: JsonObject, first: Photo | undefined): PixelSize {
  const resolution = readResolution(input.resolution) ?? '1080p';
  const ratio = readAspectRatio(input.aspect_ratio);
  if (ratio !== undefined) return outputSize(resolution, ratio);
  return first === undefined ? outputSize(resolution, '16:9') : sizeForRatio(resolution, first.width / first.height);
}

type Staging = {
  /** Painted by threads of its own, while this one goes on. */
  readonly plate: Promise<Plate>;
  /** Every reference, in the order of the request. */
  readonly references: readonly Cutout[];
  /** The one that became the place itself. */
  readonly place: Cutout | undefined;
  /** All others. */
  readonly cutouts: readonly Cutout[];
  /** Where the prompt wants each of them; they count the others by the order of `cutouts`. */
  readonly wishes: readonly Wish[];
};

/** A photograph without a thing in it; the one that another stands in front of, if the prompt says so. */
function findPlace(references: readonly Cutout[], wishes: readonly Wish[]): Cutout | undefined {
  const candidates = references.filter(({ kind }) => kind === 'merged');
  const isBehind = (cutout: Cutout) => {
    const index = references.indexOf(cutout);
    if (wishes[index]?.relation?.how === 'behind') return true;
    return wishes.some(({ relation }) => relation?.how === 'front' && relation.to === index);
  };
  return candidates.find(isBehind) ?? candidates[0];
}

/**
 * Gives each edge of the frame to the first subject that was cut off there. What was cut off and gets no edge stays the
 * photograph it is: a figure that ends in the open, straight or faded, is broken.
 */
function seat(
  staying: readonly { readonly cutout: Cutout; readonly wish: Wish }[],
  references: readonly Cutout[],
): Pick<Staging, 'cutouts' | 'wishes'> {
  const taken = new Set<string>();
  const cutouts = staying.map(({ cutout, wish }) => {
    const { cutSide } = cutout;
    if (isCutOff(cutout)) return asPrint(cutout);
    if (cutSide === undefined) return cutout;
    const isElsewhere = (wish.side !== undefined && wish.side !== cutSide) || wish.relation !== undefined;
    if (taken.has(cutSide) || isElsewhere) return asPrint(cutout);
    taken.add(cutSide);
    return cutout;
  });
  const wishes = staying.map(({ wish }): Wish => {
    const { relation, ...rest } = wish;
    const to = staying.findIndex(({ cutout }) => cutout === references[relation?.to ?? -1]);
    return relation === undefined || to < 0 ? rest : { ...rest, relation: { ...relation, to } };
  });
  return { cutouts, wishes };
}

/**
 * Finds the place and what stands in it. A reference that shows a place and no thing becomes the place when the prompt
 * names none; otherwise the place is painted, at the same time as the references are looked at.
 */
async function prepareStage(
  photos: readonly Photo[],
  setting: Setting,
  size: PixelSize,
  seed: number,
  wishes: readonly Wish[],
  tell: TellProgress,
): Promise<Staging> {
  const order = plateOrder(setting, size, seed, photos.length > 0);
  const mayBePlace = photos.length > 0 && !setting.sceneAsked;
  const soften = (plate: Plate) => softenInThreads(plate, plate.canvas.width * backgroundBlur);
  // Whatever does not become the place stands before it.
  const early = mayBePlace
    ? undefined
    : paintInThreads(order).then((plate) => (photos.length > 0 ? soften(plate) : plate));
  // A reference that fails first must not leave the other promise unheard.
  early?.catch(() => {});
  const references = await lookAtEach(photos, examine, tell);
  const place = mayBePlace ? findPlace(references, wishes) : undefined;
  const staying = references.map((cutout, index) => ({ cutout, wish: wishes[index] ?? {} }));
  const { cutouts, wishes: kept } = seat(
    staying.filter(({ cutout }) => cutout !== place),
    references,
  );
  const light = setting.lightAsked ? lights[setting.light] : undefined;
  const bare =
    place === undefined
      ? (early ?? paintInThreads(order))
      : plateFromPhoto(place.photo, cutouts.length === 0 ? size : order, light);
  const isSoft = early !== undefined || cutouts.length === 0;
  const plate = isSoft ? bare : bare.then(soften);
  plate.catch(() => {});
  return { plate, references, place, cutouts, wishes: kept };
}

/** Where the light is moves a slot, and no more: what stands in it can be read before the place is painted. */
const lightAnywhere = 0.5;

/** Places the cutouts, far ones first, and gives the whole its finish. */
async function composeImage(
  { plate: painting, cutouts, wishes }: Staging,
  size: PixelSize,
  seed: number,
  air: readonly AmbientKind[],
  tell: TellProgress,
): Promise<{ readonly image: RgbImage; readonly slots: readonly Slot[] }> {
  const slotsFor = (lightX: number) =>
    layOut(cutouts, size.width, size.height, lightX, randomStream(seed, 'layout'), wishes);
  const noise = createNoise(randomStream(seed, 'merge'));
  const sprites: Sprite[] = [];
  for (const [index, slot] of slotsFor(lightAnywhere).entries()) {
    sprites.push(await readSprite(cutouts[index] as Cutout, slot, noise));
    freeMemory();
    tell((0.5 * sprites.length) / cutouts.length);
  }
  const plate = await painting;
  const slots = slotsFor(plate.key.x);
  const placed = slots
    .map((slot, index): Placed => ({ slot, kind: (cutouts[index] as Cutout).kind, sprite: sprites[index] as Sprite }))
    .sort((one, other) => one.slot.depth - other.slot.depth);
  for (const one of placed) castShadow(plate, one, size.width);
  tell(0.6);
  const { red, green, blue } = plate.canvas;
  // Without references nothing has to be enlarged as a whole.
  const enlarging: Frame | Promise<Frame> =
    placed.length === 0 ? { ...size, planes: [red, green, blue] } : enlargeInThreads(plate, size);
  const lit = placed.map((one) => lightSprite(plate, one, size));
  const frame = await enlarging;
  for (const one of lit) placeSprite(frame, one);
  tell(0.8);
  const image = await finishInThreads(frame, randomStream(seed, 'grain'));
  const particles = planParticles(air, {
    seed,
    aspect: size.width / size.height,
    brightness: plate.key.exposure * 0.8,
    frameRate: 1,
    ...(cutouts.length === 0 ? nowhere : faceHeight),
  });
  if (particles !== undefined) drawParticlesOnPicture(particles, { out: image.data, ...size });
  return { image, slots };
}

/** Where a face may be, which nothing hangs before. */
const faceHeight = { focusX: 0.5, focusY: 0.32 };
const nowhere = { focusX: -1, focusY: -1 };

/** Throws RenderError `invalid_input` for a reference that cannot be decoded. */
export async function renderStill(request: RenderRequest, tell: TellProgress): Promise<RenderResult> {
  const { input, seed, directory } = request;
  const prompt = typeof input.prompt === 'string' ? input.prompt : '';
  const isFromText = request.operation === 'text-to-image';
  const media = isFromText ? [] : picturesOf(request).slice(0, mostReferences);
  const photos = await Promise.all(media.map(openPhoto));
  const size = stillSize(input, photos[0]);
  const setting = parseSetting(prompt, seed);
  const lettering = parseLettering(prompt);
  const air = parseAmbient(normalisePrompt(lettering.rest));
  tell(0.05);
  const wishes = parsePlacement(lettering.rest, photos.length);
  const staging = await prepareStage(photos, setting, size, seed, wishes, (share) => tell(0.05 + 0.35 * share));
  if (photos.length > 0) freeMemory();
  tell(0.45);
  const { image, slots } = await composeImage(staging, size, seed, air.kinds, (share) => tell(0.45 + 0.45 * share));
  const written = await writeLettering(image, lettering, staging, setting, slots);
  tell(0.92);
  const path = join(directory, 'image.png');
  await writePngInThreads(image, path);
  return {
    output: { kind: 'image', fileName: 'image.png', path },
    metadata: { ...size, ...describe(staging, setting, air, written) },
  };
}

/** Long side of the map of what is taken. */
const takenSide = 64;

/** The words that the prompt wants to be read; undefined without any. */
async function writeLettering(
  image: RgbImage,
  lettering: LetteringRequest,
  { cutouts }: Staging,
  setting: Setting,
  slots: readonly Slot[],
): Promise<Lettering | undefined> {
  if (lettering.texts.length === 0) return undefined;
  const scale = takenSide / Math.max(image.width, image.height);
  const taken = createPlane(Math.ceil(image.width * scale), Math.ceil(image.height * scale));
  for (const [index, slot] of slots.entries()) {
    const cutout = cutouts[index] as Cutout;
    const matte = cropShares(cutout.subject.matte, cutout.box);
    for (let y = 0; y < taken.height; y++) {
      for (let x = 0; x < taken.width; x++) {
        const u = ((x + 0.5) / scale - slot.left) / slot.width;
        const v = ((y + 0.5) / scale - slot.top) / slot.height;
        if (u < 0 || v < 0 || u >= 1 || v >= 1) continue;
        const value = cutout.kind === 'merged' ? 1 : samplePlane(matte, u * matte.width, v * matte.height);
        const at = y * taken.width + x;
        taken.data[at] = Math.max(taken.data[at] ?? 0, value);
      }
    }
  }
  const glows = setting.light === 'neon' || setting.light === 'night';
  return await setLettering(image, lettering, { taken: slots.length === 0 ? undefined : taken, glows });
}

function placedAs(cutout: Cutout, place: Cutout | undefined, cutouts: readonly Cutout[]): string {
  if (cutout === place) return 'scene';
  const kind = cutouts.find(({ photo }) => photo === cutout.photo)?.kind;
  return kind === undefined || kind === 'merged' ? 'print' : kind;
}

/** What was understood and done, for the result's metadata. */
function describe(
  { references, place, cutouts, wishes }: Staging,
  setting: Setting,
  air: Ambient,
  written: Lettering | undefined,
): JsonObject {
  return {
    layers: 1 + cutouts.length,
    references: references.map((cutout) => ({
      placedAs: placedAs(cutout, place, cutouts),
      subject: cutout.subject.source,
      confidence: Math.round(cutout.subject.confidence * 100) / 100,
    })),
    understood: {
      ...(wishes.some((wish) => Object.keys(wish).length > 0) ? { placement: wishes as JsonObject[] } : {}),
      scene: place === undefined ? setting.scene : 'reference',
      light: setting.light,
      sceneAsked: setting.sceneAsked,
      lightAsked: setting.lightAsked,
      ambient: [...air.kinds],
      words: [...setting.words, ...air.words],
      ...(written === undefined ? {} : { lettering: { drawn: [...written.drawn], dropped: [...written.dropped] } }),
    },
  };
}
