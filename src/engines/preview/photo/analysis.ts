/**
 * What a render knows of a picture before it makes anything of it: its subject and its depth. One process renders one
 * request, so what the request allows (a model, a cache) is set once for the process.
 */
import { freeMemory } from '../memory.ts';
import { type RgbImage, toPlanes } from '../raster/colour.ts';
import { guidedFilter } from '../raster/guided-filter.ts';
import { type Plane, resizePlane } from '../raster/plane.ts';
import { whole } from '../whole.ts';
import { type AnalysisCache, decodeAnalysis, encodeAnalysis } from './analysis-cache.ts';
import { type Picture, scaleImage } from './decode.ts';
import { type DepthSource, noDepthSource } from './depth-source.ts';
import { openPersonModel, type PersonModel } from './person.ts';
import { analyseSubject, type PhotoSubject } from './subject.ts';

export type AnalysisTools = {
  /** Opens the owner's depth model; none: rules of thumb. */
  readonly openDepth?: () => DepthSource;
  readonly cache?: AnalysisCache;
};

let tools: AnalysisTools = {};
/** The render goes on while entries are written and models end; they are waited for at its end. */
const ending: Promise<void>[] = [];
const usedDepth = new Set<PhotoSubject['depthSource']>();

/** Call once per process, before any picture is looked at. */
export function equipAnalysis(equipment: AnalysisTools): void {
  tools = equipment;
}

/** Where the depth of this process's pictures came from; undefined when it looked at none. A guess makes it a guess. */
export function depthSourceUsed(): PhotoSubject['depthSource'] | undefined {
  if (usedDepth.size === 0) return undefined;
  return usedDepth.has('guess') ? 'guess' : 'model';
}

/**
 * Settles when the cache holds all that was found so far and every model has ended; a process that ended before would leave
 * half an entry.
 */
export async function analysesEnded(): Promise<void> {
  await Promise.all(ending.splice(0));
}

export type Analyst = {
  analyse(picture: Picture): Promise<PhotoSubject>;
  close(): Promise<void>;
};

/** The depth model sees a picture of this size. */
const depthSide = 518;

/** Models are opened when the first picture comes that is not in the cache. */
export function openAnalyst(): Analyst {
  const { cache, openDepth } = tools;
  let person: PersonModel | undefined;
  let depth: DepthSource | undefined;

  async function look(picture: Picture): Promise<PhotoSubject> {
    person ??= openPersonModel();
    depth ??= openDepth?.() ?? noDepthSource;
    const subject = await analyseSubject(picture, person);
    const scale = depthSide / Math.max(picture.width, picture.height);
    const side = (length: number) => whole(Math.max(2, length * scale));
    if (depth === noDepthSource) return subject;
    const image = await picture.read(side(picture.width), side(picture.height));
    const nearness = await depth.estimate(image);
    if (nearness === undefined) return subject;
    return { ...subject, nearness: await followEdges(nearness, image, subject.nearness), depthSource: 'model' };
  }

  return {
    async analyse(picture) {
      const key = await cache?.keyOf(picture);
      const cached = key === undefined ? undefined : await cache?.read(key);
      const encoded = cached ?? encodeAnalysis(await look(picture));
      // Also what was just found takes the way through the cache's numbers: the same bytes come of both.
      const subject = decodeAnalysis(encoded);
      // A guess in place of a model that did not answer is not kept: it may answer next time.
      const isFinal = openDepth === undefined || subject.depthSource === 'model';
      if (key !== undefined && cached === undefined && isFinal && cache !== undefined) {
        ending.push(cache.write(key, encoded));
      }
      usedDepth.add(subject.depthSource);
      return subject;
    },
    async close() {
      await Promise.all([person?.close(), depth?.close()]);
    },
  };
}

/** Looks at pictures one after the other: before anything else of a film is in memory, as this takes much of it. */
export async function lookAtEach<From, Seen>(
  pictures: readonly From[],
  look: (picture: From, analyst: Analyst) => Promise<Seen>,
  tell: (share: number) => void = () => {},
): Promise<Seen[]> {
  if (pictures.length === 0) return [];
  const analyst = openAnalyst();
  try {
    const seen: Seen[] = [];
    for (const picture of pictures) {
      seen.push(await look(picture, analyst));
      // After a single picture the caller does, once it needs no more of it.
      if (pictures.length > 1) freeMemory();
      tell(seen.length / pictures.length);
    }
    return seen;
  } finally {
    const closing = analyst.close();
    // Told of by `analysesEnded`, unless something else went wrong before.
    closing.catch(() => {});
    ending.push(closing);
  }
}

/** A model's depth is coarse; its edges are moved to those of the picture, at the size of `like`. */
async function followEdges(nearness: Plane, image: RgbImage, like: Plane): Promise<Plane> {
  const { width, height } = like;
  const guide = toPlanes(await scaleImage(image, width, height));
  return guidedFilter(guide, resizePlane(nearness, width, height), Math.max(2, Math.round(width * 0.015)), 1e-4);
}
