// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** What a photograph is about: the person model where it answers with certainty, the classical way otherwise. */
import { setImmediate } from 'node:timers/promises';
import { type RgbImage, toLab } from '../raster/colour.ts';
import { clamp, type Plane, resizePlane } from '../raster/plane.ts';
import { whole } from '../whole.ts';
import { type Backdrop, findBackdrop, isPlain, standingBefore } from './backdrop.ts';
import { type Picture, scaleImage } from './decode.ts';
import { prepareDepthGuess } from './depth-guess.ts';
import { faintOutline } from './outline.ts';
import type { PersonModel } from './person.ts';
import type { PersonMatte } from './person-worker.ts';
import { beginSearch, dropSmallBlobs, findSubject, measureFocus, type Subject } from './saliency.ts';

export type SubjectSource = 'alpha' | 'person' | 'backdrop' | 'classical';

/** A model of the owner's, or rules of thumb. */
export type DepthSource = 'model' | 'guess';

/** A box in shares of the picture's width and height. */
export type Box = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

export type PhotoSubject = {
  readonly source: SubjectSource;
  /** Coarse matte, 0..1, a few hundred pixels wide, over the whole picture. */
  readonly matte: Plane;
  readonly confidence: number;
  readonly area: number;
  readonly box: Box;
  /** Share of each side of the picture that the subject covers: where the photograph cut it off. */
  readonly touches: Box;
  /** How near each part is, 0..1, a few hundred pixels wide, over the whole picture. */
  readonly nearness: Plane;
  readonly depthSource: DepthSource;
};

const personSide = 512;
const classicalSide = 320;
const backdropConfidence = 0.95;

/** A person beyond this share is a face that fills the frame; the model then guesses at what is left. */
const largestPersonArea = 0.8;

export function boxOf(matte: Plane, threshold = 0.5): Box {
  const { width, height, data } = matte;
  let left = width;
  let right = 0;
  let top = height;
  let bottom = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x]! < threshold) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  }
  if (right <= left) return { left: 0, top: 0, right: 1, bottom: 1 };
  return { left: left / width, top: top / height, right: right / width, bottom: bottom / height };
}

/** Judged a little inside the border: mattes fade in the outermost pixels. */
export function touchesOf(matte: Plane): Box {
  const { width, height, data } = matte;
  const inset = Math.max(1, Math.round(Math.max(width, height) * 0.008));
  return {
    left: shareInside(data, inset, width, height),
    right: shareInside(data, width - 1 - inset, width, height),
    top: shareInside(data, inset * width, 1, width),
    bottom: shareInside(data, (height - 1 - inset) * width, 1, width),
  };
}

/** Of so many pixels from `start` on, each `step` after the one before. */
function shareInside(matte: Float32Array, start: number, step: number, count: number): number {
  let inside = 0;
  for (let at = 0; at < count; at++) if (matte[start + at * step]! > 0.5) inside++;
  return inside / count;
}

function areaOf(matte: Plane): number {
  let sum = 0;
  for (let index = 0; index < matte.data.length; index++) sum += matte.data[index]!;
  return sum / matte.data.length;
}

function insideSize(photo: Picture, side: number): [number, number] {
  const scale = side / Math.max(photo.width, photo.height);
  return [whole(Math.max(2, photo.width * scale)), whole(Math.max(2, photo.height * scale))];
}

/** A picture that was cut out already: part of it opaque, part of it gone. An even veil is no outline. */
function isCutOut(alpha: Plane): boolean {
  let opaque = 0;
  let clear = 0;
  for (let index = 0; index < alpha.data.length; index++) {
    if (alpha.data[index]! > 0.9) opaque++;
    if (alpha.data[index]! < 0.1) clear++;
  }
  return Math.min(opaque, clear) > 0.02 * alpha.data.length;
}

function isUsable(person: PersonMatte | undefined): person is PersonMatte {
  if (person === undefined) return false;
  const area = areaOf(person.matte);
  const touches = touchesOf(person.matte);
  return area > 0.03 && area < largestPersonArea && touches.top < 0.5 && Math.min(touches.left, touches.right) < 0.35;
}

/** The person model sees people in blurs, too: there the outline it gives runs through nothing. */
const mostFaintOutline = 0.5;

/** The trust that an outline deserves of which this share is not seen in the picture. */
function edgeTrust(faint: number): number {
  return clamp((mostFaintOutline - faint) / 0.2, 0, 1);
}

/** A "subject" that runs from side to side is the ground of a landscape, not a thing that stands in it. */
function doubted({ matte, confidence }: Subject): Found {
  const { left, right, top } = touchesOf(matte);
  const doubt = clamp(1.4 - Math.min(left, right) * 4, 0.1, 1) * clamp(1.3 - top * 1.5, 0.1, 1);
  return { source: 'classical', matte, confidence: confidence * doubt };
}

/** What is cut out moves as a layer of its own: how far the depth guess brings it forward as well. */
const sureRelief = 0.3;

type Found = Subject & { readonly source: SubjectSource };

/** By what is surer than the classical way; undefined when none of it answers. */
async function findSurely(
  photo: Picture,
  middle: RgbImage,
  backdrop: Backdrop | undefined,
  person: PersonMatte | undefined,
): Promise<Found | undefined> {
  const { width, height } = middle;
  if (photo.hasAlpha) {
    const alpha = await photo.readAlpha(width, height);
    if (isCutOut(alpha)) return { source: 'alpha', matte: alpha, confidence: 1 };
  }
  if (backdrop !== undefined && isPlain(backdrop)) {
    // Also where the person model answers: it sees persons in flowers, and a plain wall is the surer sign.
    const standing = dropSmallBlobs(standingBefore(backdrop, width, height));
    if (areaOf(standing) > 0.02) return { source: 'backdrop', matte: standing, confidence: backdropConfidence };
  }
  if (isUsable(person)) {
    const matte = dropSmallBlobs(person.matte);
    const faint = faintOutline(middle, matte);
    const confidence = Math.min(1, person.confidence) * edgeTrust(faint);
    if (faint < mostFaintOutline) return { source: 'person', matte, confidence };
  }
  return undefined;
}

/** Whether somebody who asks now need not wait. */
function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), setImmediate(false)]);
}

/** Analyses a photograph. */
export async function analyseSubject(photo: Picture, model: PersonModel): Promise<PhotoSubject> {
  const [width, height] = insideSize(photo, personSide);
  const middle = await photo.read(width, height);
  const asking = model.find(middle);
  const [smallWidth, smallHeight] = insideSize(photo, classicalSide);
  const image = await scaleImage(middle, smallWidth, smallHeight);
  // All that does not depend on the answer, while the model looks.
  const lab = toLab(image);
  const focus = measureFocus(lab[0]);
  const backdrop = findBackdrop(lab);
  const guessDepth = prepareDepthGuess({ image, lab, focus, backdrop });
  // Rather than wait, the classical way is begun; where there is somebody, it was for nothing.
  const early = (await isSettled(asking)) ? undefined : beginSearch(image, lab, focus);

  const sure = await findSurely(photo, middle, backdrop, await asking);
  const subject = sure ?? findSubject(early ?? beginSearch(image, lab, focus));
  const { source, matte, confidence } = sure ?? doubted(subject);
  return {
    source,
    matte,
    confidence,
    area: areaOf(matte),
    box: boxOf(matte),
    touches: touchesOf(matte),
    nearness: guessDepth({
      matte: resizePlane(subject.matte, smallWidth, smallHeight),
      confidence: sure === undefined ? subject.confidence : sureRelief * subject.confidence,
    }),
    depthSource: 'guess',
  };
}
