/** What models can do, found by what somebody needs: "image to video, at least 8 s, 1080p, under 0.50 dollars". */
import type { Catalog } from './catalog.ts';
import type { JsonValue } from './json.ts';
import type { Model, Parameter } from './model.ts';
import type { Micros } from './money.ts';
import type { Operation } from './operations.ts';
import { type ExchangeRate, quote } from './price.ts';
import { availabilityOf, type EngineSet } from './serving.ts';

/** Facts that people choose models by; null where a model has no such parameter. */
export type Capabilities = {
  readonly shortestSeconds: number | null;
  readonly longestSeconds: number | null;
  /** Lower case, as `1080p` and `4k`. */
  readonly resolutions: readonly string[];
  readonly aspectRatios: readonly string[];
  /** The most of each kind that one task takes. */
  readonly mostMedia: Readonly<Record<'image' | 'video' | 'audio', number>>;
  readonly hasSound: boolean;
};

/** Where a page names no limit, this many media are taken to be allowed. */
const openMediaCount = 100;

const soundParameters = ['audio', 'bgm', 'sound', 'generate_audio', 'enable_audio', 'generate_audio_switch'];

export function capabilitiesOf({ parameters, output }: Model): Capabilities {
  const { duration } = parameters;
  const seconds = numbersOf(duration).filter((value) => value !== duration?.automatic);
  const media = Object.values(parameters).flatMap((one) => [one, ...Object.values(one.fields ?? {})]);
  const most = (kind: Parameter['media']) =>
    media
      .filter((one) => one.type === 'media' && one.media === kind)
      .reduce((total, { maxItems = openMediaCount }) => Math.min(openMediaCount, total + maxItems), 0);
  return {
    shortestSeconds: seconds.length === 0 ? null : Math.min(...seconds),
    longestSeconds: seconds.length === 0 ? null : Math.max(...seconds),
    resolutions: wordsOf(parameters.resolution ?? parameters.target_resolution),
    aspectRatios: wordsOf(parameters.aspect_ratio ?? parameters.ratio),
    mostMedia: { image: most('image'), video: most('video'), audio: most('audio') },
    hasSound: output === 'audio' || soundParameters.some((name) => Object.hasOwn(parameters, name)),
  };
}

function numbersOf(parameter: Parameter | undefined): number[] {
  if (parameter?.enum !== undefined) return parameter.enum.filter((value) => typeof value === 'number');
  return [parameter?.minimum, parameter?.maximum].filter((value) => value !== undefined);
}

const wordsOf = (parameter: Parameter | undefined) =>
  (parameter?.enum ?? []).map((value) => String(value).toLowerCase());

/** All that are given must hold. */
export type ModelFilter = {
  readonly operation?: Operation;
  /** The vendor that made it, or one that sells it. */
  readonly vendor?: string;
  /** Words that all stand in its id, title or names. */
  readonly text?: string;
  readonly resolution?: string;
  readonly minimumSeconds?: number;
  /** Of a task with this length and resolution, and defaults for the rest. */
  readonly maximumMicros?: Micros;
  readonly isAvailable?: boolean;
};

export type DiscoveryTerms = EngineSet & { readonly rate: ExchangeRate };

/** Models in the order of their ids. */
export function findModels({ models }: Catalog, filter: ModelFilter, terms: DiscoveryTerms): Model[] {
  return models.filter((model) => matches(model, filter, terms));
}

function matches(model: Model, filter: ModelFilter, terms: DiscoveryTerms): boolean {
  const { operation, vendor, text, resolution, minimumSeconds, maximumMicros, isAvailable } = filter;
  if (operation !== undefined && model.operation !== operation) return false;
  if (vendor !== undefined && !vendorsOf(model).includes(vendor.toLowerCase())) return false;
  if (text !== undefined && !hasWords(model, text)) return false;
  const { resolutions, longestSeconds } = capabilitiesOf(model);
  if (resolution !== undefined && !resolutions.includes(resolution.toLowerCase())) return false;
  if (minimumSeconds !== undefined && (longestSeconds ?? 0) < minimumSeconds) return false;
  if (maximumMicros !== undefined) {
    const price = typicalPrice(model, filter, terms.rate);
    if (price === undefined || price > maximumMicros) return false;
  }
  return isAvailable === undefined || availabilityOf(model, terms).isAvailable === isAvailable;
}

function vendorsOf({ id, names, offers }: Model): string[] {
  return [id.split('/')[0] ?? '', ...names.map(({ dialect }) => dialect), ...offers.map(({ engine }) => engine)];
}

function hasWords({ id, title, description, names }: Model, text: string): boolean {
  const known = names.flatMap(({ name, alsoNamed = [] }) => [name, ...alsoNamed]);
  const all = [id, title, description, ...known].join(' ').toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/**
 * The lowest list price of a task with defaults, but of this length and resolution, over the engines that offer the model.
 * Undefined where none is published.
 */
export function typicalPrice(
  model: Model,
  { resolution, minimumSeconds }: Pick<ModelFilter, 'resolution' | 'minimumSeconds'>,
  rate: ExchangeRate,
): Micros | undefined {
  const input: Record<string, JsonValue> = {};
  const media: { field: string }[] = [];
  for (const [name, parameter] of Object.entries(model.parameters)) {
    const value = parameter.default ?? parameter.demo ?? parameter.enum?.[0] ?? parameter.minimum;
    if (parameter.type === 'media') {
      const count = parameter.required === true ? Math.max(1, parameter.minItems ?? 1) : 0;
      media.push(...Array.from({ length: count }, () => ({ field: name })));
    } else if (parameter.type !== 'list' && value !== undefined) input[name] = value as JsonValue;
  }
  const chosen = model.parameters.resolution?.enum?.find(
    (one) => String(one).toLowerCase() === resolution?.toLowerCase(),
  );
  if (chosen !== undefined) input.resolution = chosen;
  const { duration } = model.parameters;
  if (minimumSeconds !== undefined && duration !== undefined) {
    const least = Math.max(minimumSeconds, typeof input.duration === 'number' ? input.duration : 0);
    // A film of a length that the model does not make has no price, or the wrong one.
    const choices = duration.enum === undefined ? [] : numbersOf(duration).filter((seconds) => seconds >= least);
    input.duration = choices.length > 0 ? Math.min(...choices) : least;
  }
  const prices = [undefined, ...model.offers.map(({ engine }) => engine)]
    .map((engine) =>
      quote(model, { input, media }, { rate, discounts: [], ...(engine === undefined ? {} : { engine }) }),
    )
    .filter(({ isPublished }) => isPublished)
    .map(({ listMicros }) => listMicros);
  return prices.length === 0 ? undefined : prices.reduce((least, one) => (one < least ? one : least));
}
