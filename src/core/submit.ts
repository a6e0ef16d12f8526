/** Accepting a request: checked, its media stored, priced, its seed drawn, and written down as a queued task. */
import { GatewayError, type InputIssue, inputError } from './errors.ts';
import type { IdempotencyClaim } from './idempotency.ts';
import { makeTaskId, parseArtifactId, type RandomBytes, type TaskId } from './ids.ts';
import { type CheckedInput, checkInput, type MediaText, measureOf } from './input.ts';
import type { JsonValue } from './json.ts';
import { isMarkAsked, labelSource, type MarksWish, markPictureField, settleMarks, wishOf } from './marks.ts';
import type { Artifact } from './media.ts';
import { findUnlike, type KnownMedium } from './media-likeness.ts';
import { mediaIssueAt } from './media-rules.ts';
import type { OwnLink } from './own-links.ts';
import type { CallOptions } from './ports.ts';
import { type Discount, type Quote, quote, wholeBasisPoints } from './price.ts';
import { requireEngine } from './serving.ts';
import { removeUnrecorded, requireMedia, requireSize, storeInput } from './store-media.ts';
import type { Task, TaskMedia, Webhook } from './task.ts';
import { submit as submitMove } from './task-moves.ts';
import type { Caller } from './tenant.ts';
import type { ModelView } from './view.ts';
import { judgeEndpoint, sealCallerKey } from './webhooks.ts';
import type { World } from './world.ts';

/** A medium that came inside the request: its bytes, or what is wrong with its spelling (the predicate of a sentence). */
export type InlineMedia =
  /** `head` is what stood before the base64 text. */
  { readonly bytes: Uint8Array; readonly head: string } | { readonly problem: string; readonly text: string };

/** The text that an inline medium was: what stands in a field of text is no medium, whatever it begins with. */
export function inlineText(medium: InlineMedia): string {
  return 'problem' in medium ? medium.text : medium.head + Buffer.from(medium.bytes).toString('base64');
}

/** A webhook as it was asked for: the guard judges its URL. */
export type WebhookRequest = Webhook & {
  /** The key that the caller came with, if its vendor signs with that. It is kept sealed until nothing is owed any more. */
  readonly callerKey?: string;
  /** Where the URL stands in the body; `webhook.url` unless told. */
  readonly path?: readonly (string | number)[];
};

export type SubmitRequest = {
  readonly caller: Caller;
  readonly view: ModelView;
  readonly wireId: string | null;
  /** The input as it was parsed, with each inline medium replaced by its key in `inline`. */
  readonly value: unknown;
  readonly inline: ReadonlyMap<string, InlineMedia>;
  /** Where the input stands in the body, for the paths of issues. */
  readonly root: readonly (string | number)[];
  readonly isSeedZeroRandom: boolean;
  readonly priority: number;
  readonly isOffPeak: boolean;
  readonly webhook: WebhookRequest | null;
  /** Kept with the task as it is; null for none. */
  readonly metadata: JsonValue;
  /** Null when the request says nothing of marks. */
  readonly marks: MarksWish | null;
  readonly idempotency: IdempotencyClaim | null;
  /** What the dialect found wrong beyond the model's own rules; the request is refused with them. */
  readonly issues?: readonly InputIssue[];
  /** A request that breaks a rule is taken all the same: as a task that has failed, and for which nothing is reserved. */
  readonly isBadInputTaken?: boolean;
};

const seedLimit = 0x8000_0000;

function drawSeed(randomBytes: RandomBytes): number {
  const [a = 0, b = 0, c = 0, d = 0] = randomBytes(4);
  return ((a << 24) | (b << 16) | (c << 8) | d) & (seedLimit - 1);
}

/** What is taken off the list price, in this order. */
async function discountsOf(
  { store, policy }: World,
  { caller, isOffPeak }: SubmitRequest,
  engine: string,
): Promise<Discount[]> {
  const tenant = await store.tenant(caller.tenantId);
  return [
    { of: 'tenant', basisPoints: tenant?.discountBasisPoints ?? 0 },
    ...(isOffPeak ? [{ of: 'off_peak', basisPoints: policy.offPeak.discountBasisPoints } as const] : []),
    ...(policy.freeEngines.has(engine) ? [{ of: 'engine', basisPoints: wholeBasisPoints } as const] : []),
  ];
}

/** The price of a checked request on one engine, in the caller's terms. */
export async function priceRequest(
  world: World,
  request: SubmitRequest,
  checked: CheckedInput,
  engine: string,
): Promise<Quote> {
  const discounts = await discountsOf(world, request, engine);
  const terms = { rate: world.policy.exchangeRate, discounts, engine, isOffPeak: request.isOffPeak };
  return quote(request.view.model, checked, terms);
}

/** Work without a published price can be given away, not sold. */
export function isChargeable({ policy }: World, engine: string, { isPublished }: Quote): boolean {
  return isPublished || policy.freeEngines.has(engine);
}

function unpricedError({ name }: ModelView, engine: string): GatewayError {
  const message = `${name} has no published price for this input, so its work on the engine ${engine} cannot be charged.`;
  return new GatewayError('price_unpublished', message);
}

/** Throws GatewayError `invalid_input` with one issue for each broken rule, those that the dialect found included. */
export function checkRequest({ view, value, root, inline, issues = [] }: SubmitRequest): CheckedInput {
  const textOf = (key: string) => {
    const medium = inline.get(key);
    return medium === undefined ? undefined : inlineText(medium);
  };
  const checked = checkInput(view, value, root, textOf);
  if (issues.length > 0) throw inputError(issues);
  return checked;
}

/**
 * Accepts a request. Throws GatewayError `invalid_input`, `engine_unavailable`, `price_unpublished`,
 * `insufficient_credit`, `storage_full`, `idempotency_in_progress` when its key was claimed before; then no task, no ledger entry and no file is left behind.
 */
export async function submitTask(world: World, request: SubmitRequest, options: CallOptions): Promise<Task> {
  const { view } = request;
  const checked = checkRequest(request);
  const engineSet = { engines: world.engines, engineSettings: world.catalog.engineSettings };
  const engine = requireEngine(view.model, engineSet, measureOf(view.model.parameters, checked));
  const price = await priceRequest(world, request, checked, engine);
  if (!isChargeable(world, engine, price)) throw unpricedError(view, engine);
  const id = makeTaskId(world.randomBytes);
  const { webhook, sealedKey } = acceptWebhook(world, id, request.webhook);
  const used = checked.media.filter(({ field }) => field !== markPictureField || isMarkAsked(checked.input));
  const stored = await storeMedia(world, request, used, options);
  const givenSeed = checked.seed === 0 && request.isSeedZeroRandom ? undefined : checked.seed;
  try {
    return await world.store.submit({
      ...sealedKey,
      ...submitMove({
        ...describeRequest(request, id),
        engine,
        input: checked.input,
        media: stored.media,
        call: checked.call,
        warnings: checked.warnings,
        marks: settleMarks(
          wishOf(request.marks, checked.input),
          labelSource(request.metadata, checked.input),
          world.policy.marks,
          id,
        ),
        seed: givenSeed ?? drawSeed(world.randomBytes),
        webhook,
        quote: price,
        now: world.clock.now(),
        startLimitMs: request.isOffPeak ? world.policy.offPeak.startLimitMs : world.policy.startLimitMs,
        artifacts: stored.artifacts,
      }),
    });
  } catch (error) {
    await removeUnrecorded(world, stored.artifacts);
    throw error;
  }
}

/** What a task has of its request whatever becomes of it. */
export function describeRequest(
  { caller, view, wireId, priority, isOffPeak, metadata, idempotency }: SubmitRequest,
  id: TaskId,
) {
  const { tenantId, keyId } = caller;
  const { id: model, operation } = view.model;
  const { dialect } = view;
  return { id, tenantId, keyId, dialect, wireId, model, operation, priority, isOffPeak, metadata, idempotency };
}

/** Throws GatewayError `invalid_input` that names the URL. */
export function acceptWebhook(world: World, id: TaskId, request: WebhookRequest | null) {
  if (request === null) return { webhook: null };
  const { url, events, callerKey, path = ['webhook', 'url'] } = request;
  const webhook = { url: judgeEndpoint(world, url, path), events };
  if (callerKey === undefined) return { webhook };
  return { webhook, sealedKey: { sealedWebhookKey: sealCallerKey(world, id, callerKey) } };
}

type StoredMedia = { readonly media: readonly TaskMedia[]; readonly artifacts: readonly Artifact[] };

/** Looks at every medium before it answers, so that one reply names all that is wrong. */
async function storeMedia(
  world: World,
  request: SubmitRequest,
  texts: readonly MediaText[],
  options: CallOptions,
): Promise<StoredMedia> {
  const media: TaskMedia[] = [];
  const artifacts: Artifact[] = [];
  const issues: InputIssue[] = [];
  const known: KnownMedium[] = [];
  for (const medium of texts) {
    const { field, index } = medium;
    try {
      const itemCount = texts.filter((other) => other.field === field).length;
      const source = await resolveMedium(world, request, medium, itemCount, options);
      if ('url' in source) {
        media.push({ field, index, source });
        continue;
      }
      if (source.isNew) artifacts.push(source.artifact);
      media.push({ field, index, source: { artifactId: source.artifact.id } });
      known.push({ ...medium, facts: source.artifact.facts });
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'invalid_input') {
        await removeUnrecorded(world, artifacts);
        throw error;
      }
      issues.push(mediaIssueAt(medium.path, error));
    }
  }
  issues.push(...findUnlike(known));
  if (issues.length === 0) return { media, artifacts };
  await removeUnrecorded(world, artifacts);
  throw inputError(issues);
}

/** Throws GatewayError `invalid_input` whose message is the predicate of a sentence. */
async function resolveMedium(
  world: World,
  { caller, inline }: SubmitRequest,
  { parameter, text }: MediaText,
  itemCount: number,
  options: CallOptions,
): Promise<{ artifact: Artifact; isNew: boolean } | { url: string }> {
  const demand = { parameter, isInline: false, itemCount };
  const within = inline.get(text);
  if (within !== undefined) {
    if ('problem' in within) throw new GatewayError('invalid_input', within.problem);
    const inlineDemand = { ...demand, isInline: true };
    requireSize(within.bytes.byteLength, inlineDemand);
    return { artifact: await storeInput(world, caller, inlineDemand, [within.bytes], options), isNew: true };
  }
  const id = parseArtifactId(text);
  const link = world.readOwnLink(text);
  if (id !== undefined || link !== undefined) {
    const found = await findArtifact(world, caller, id === undefined ? link : { artifactId: id });
    if (found === undefined) throw new GatewayError('invalid_input', 'is not an artifact of yours');
    requireMedia(found.facts, found.sizeBytes, demand);
    return { artifact: found, isNew: false };
  }
  world.fetcher.judge(text, parameter);
  return { url: text };
}

async function findArtifact(
  { store }: World,
  { tenantId }: Caller,
  link: OwnLink | undefined,
): Promise<Artifact | undefined> {
  if (link === undefined || link === 'nothing') return undefined;
  if ('artifactId' in link) return await store.artifact(tenantId, link.artifactId);
  const artifact = await store.artifactByToken(link.token);
  return artifact?.tenantId === tenantId ? artifact : undefined;
}
