/** Requests for every route of every dialect: well-formed, with one rule broken, and garbage. From a seed, the same each time. */
import fc from 'fast-check';
import type { Catalog } from '../../src/core/catalog.ts';
import { spell } from '../../src/core/dialect-rules.ts';
import type { ModelView } from '../../src/core/view.ts';
import type { Dialect, Route } from '../../src/dialects/dialect.ts';
import { mutationsOf, validInputs } from './view-inputs.ts';

export type FuzzRequest = {
  readonly dialect: Dialect;
  readonly route: Route;
  /** Whether it goes to that very route, by its method and with whole parameters. */
  readonly isFaithful: boolean;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | undefined;
};

export type FuzzSource = {
  next(): FuzzRequest;
  /** Ids that answers named, which later requests ask for. */
  remember(dialect: Dialect, ids: readonly string[]): void;
};

type Random = {
  below(limit: number): number;
  pick<Item>(items: readonly Item[]): Item;
  chance(share: number): boolean;
};

/** Mulberry32: small, and good enough to choose with. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    chance: (share) => next() < share,
    pick<Item>(items: readonly Item[]): Item {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}

const garbageWords = [
  ...['', ' ', '.', '..', '../..', '/', '//', '?', '#', '%', '%00', '%zz', '%2e%2e%2f', '%F0%9F%92%A5', '%ff%fe'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'null', 'undefined', 'NaN', '-1', '0', '1e400'],
  ...['99999999999999999999', '9007199254740993', "'%20OR%201=1--", '%3Cscript%3E', '%0d%0aX-Evil:1', '%E2%80%AE'],
  ...['a'.repeat(129), 'a'.repeat(3_000), 'task_0000000000000000000000', '7b0c6f0e-3f52-4c9a-9a55-0d3f1f6a2b11'],
];

const garbageBodies = [
  ...[
    '',
    ' ',
    'null',
    'true',
    '5',
    '"text"',
    '[]',
    '{}',
    '[{}]',
    '{"prompt"',
    '{"prompt": "a",}',
    '\u0000',
    '{"a":1e400}',
  ],
  ...['{"__proto__": {"prompt": "a"}}', '{"constructor": {"prototype": {}}}', '{"prompt": {"toString": 5}}'],
  ...[
    '{"prompt": "\\ud800"}',
    '{"prompt": "a", "prompt": 5}',
    '{"model": null, "input": null}',
    '{"model": [], "input": []}',
  ],
  ...['{"model": "__proto__", "input": {}}', '{"images": ["data:image/png;base64,AAAA"]}', '{"prompt": "data:,a"}'],
  `${'['.repeat(200)}${']'.repeat(200)}`,
  `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
  JSON.stringify({ prompt: 'a'.repeat(200_000) }),
  JSON.stringify({ images: Array.from({ length: 2_000 }, () => 'https://example.org/a.png') }),
];

const garbageHeaders: readonly Readonly<Record<string, string | string[]>>[] = [
  { authorization: 'Bearer' },
  { authorization: 'Basic dXNlcjpwYXNz' },
  { authorization: `Bearer ${'x'.repeat(4_000)}` },
  { authorization: 'Token nobody-has-this-key-at-all' },
  { authorization: ['Bearer one-key-0123456789', 'Bearer other-key-0123456789'] },
  { 'x-api-key': 'another-key-0123456789' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-type': '' },
  { 'content-encoding': 'gzip' },
  { 'idempotency-key': 'the same for all' },
  { 'idempotency-key': 'x'.repeat(256) },
  { 'idempotency-key': '' },
  { range: 'bytes=5-1' },
  { 'last-event-id': '-1' },
  { 'upload-offset': 'NaN' },
  { prefer: 'wait=0, wait=banana' },
  { host: 'www.runninghub.cn' },
  { 'x-forwarded-for': '10.0.0.1', 'x-http-method-override': 'DELETE' },
];

const queryKeys = [
  'limit',
  'cursor',
  'offset',
  'state',
  'q',
  'model',
  'include_cost',
  'webhook',
  'ids',
  'dry_run',
  'x',
];
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const samplesOfEach = 4;
const rememberedIds = 40;
const largeBodyBytes = 1024 * 1024;

type Values = Readonly<Record<string, unknown>>;

/** Any text is a medium to a schema; these are taken by the guard as well, and nobody fetches them here. */
function withUrls({ fields, rules }: ModelView): (input: Values) => Values {
  const url = 'https://example.org/a.png';
  const replaced = (value: unknown) => (Array.isArray(value) ? value.map(() => url) : url);
  return (input) =>
    Object.fromEntries(
      Object.entries(input).map(([name, value]) => {
        const field = fields[name];
        if (field?.type === 'media') return [name, replaced(value)];
        if (field?.type !== 'list' || field.fields === undefined) return [name, value];
        const media = Object.entries(field.fields).flatMap(([inner, { type }]) =>
          type === 'media' ? [spell(inner, rules)] : [],
        );
        const items = (value as readonly Values[]).map((item) => ({
          ...item,
          ...Object.fromEntries(media.filter((inner) => inner in item).map((inner) => [inner, replaced(item[inner])])),
        }));
        return [name, items];
      }),
    );
}

export function createFuzzSource(
  seed: number,
  catalog: Catalog,
  dialects: readonly Dialect[],
  key: string,
): FuzzSource {
  const random = createRandom(seed);
  const known = new Map(dialects.map(({ name }) => [name, ['task_0000000000000000000000']]));
  const viewsOf = new Map(
    dialects.map(({ name }) => [name, catalog.views(name).filter(({ model }) => model.isOpen !== true)]),
  );
  const samples = new Map<ModelView, readonly Values[]>();

  function validInput(view: ModelView): Values {
    const made =
      samples.get(view) ?? fc.sample(validInputs(view), { numRuns: samplesOfEach, seed }).map(withUrls(view));
    samples.set(view, made);
    return random.pick(made);
  }

  function input(view: ModelView): Values {
    const valid = validInput(view);
    const mutations = random.chance(0.3) ? mutationsOf(view) : [];
    return mutations.length === 0 ? valid : random.pick(mutations).apply(valid);
  }

  /** A view that the route is for, if its path tells. */
  function viewFor({ name }: Dialect, { path }: Route): ModelView | undefined {
    const views = viewsOf.get(name) ?? [];
    const fitting = views.filter((view) => path.split('/').includes(view.name.split('/')[0] ?? ''));
    const from = fitting.length > 0 ? fitting : views;
    return from.length === 0 ? undefined : random.pick(from);
  }

  /** The forms in which APIs take a model's fields. */
  function body(view: ModelView | undefined): string {
    if (view === undefined || random.chance(0.15)) return random.pick(garbageBodies);
    const fields = input(view);
    const short = view.name.split('/').slice(1).join('/');
    return JSON.stringify(
      random.pick<unknown>([
        fields,
        { model: view.name, input: fields },
        { model: short, ...fields },
        { model: view.name, ...fields },
      ]),
    );
  }

  function path(
    { name: dialect }: Dialect,
    route: Route,
    view: ModelView | undefined,
  ): { readonly text: string; readonly isWhole: boolean } {
    let isWhole = true;
    const text = route.path.replaceAll(/:([a-z]+)(\{[^}]*\})?/g, (_, name: string) => {
      if (name === 'model' && view !== undefined && random.chance(0.9)) return view.name;
      if (random.chance(0.8)) return random.pick(known.get(dialect) ?? []);
      isWhole = false;
      return random.pick(garbageWords);
    });
    return { text, isWhole };
  }

  function query(): string {
    if (random.chance(0.8)) return '';
    const pairs = Array.from({ length: 1 + random.below(3) }, () => {
      const value = random.chance(0.5) ? random.pick(garbageWords) : random.pick(['1', '5', 'true', 'queued', 'a']);
      return `${random.pick(queryKeys)}=${value}`;
    });
    return `?${pairs.join('&').replaceAll(/[ #]/g, '+')}`;
  }

  return {
    remember({ name }, ids) {
      const kept = [...(known.get(name) ?? []), ...ids];
      known.set(name, kept.slice(-rememberedIds));
    },
    next() {
      const dialect = random.pick(dialects);
      // Submits take the largest bodies, for media come inside them.
      const submits = dialect.routes.filter(({ bodyLimitBytes = 0 }) => bodyLimitBytes > largeBodyBytes);
      // No key of a tenant opens what is the owner's, so that is tried less often.
      const open = dialect.routes.filter(({ access }) => access !== 'admin' || random.chance(0.1));
      const route = random.pick(random.chance(0.5) && submits.length > 0 ? submits : open);
      const view = viewFor(dialect, route);
      const { text, isWhole } = path(dialect, route, view);
      const isMethodKept = random.chance(0.95);
      const method = isMethodKept ? route.method : random.pick(methods);
      const isPathKept = random.chance(0.93);
      const broken = isPathKept ? text : `${text}${random.pick(['/', '/x', '//', '/..', '%2f', ';a=b', '.json'])}`;
      const start = random.chance(0.2) ? `/${dialect.name}` : '';
      const headers = {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        ...(random.chance(0.1) ? random.pick(garbageHeaders) : {}),
      };
      return {
        dialect,
        route,
        isFaithful: isMethodKept && isPathKept && isWhole,
        method,
        path: `${start}${broken.replaceAll(/[ ?#]/g, '+')}${query()}`,
        headers,
        body: method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? undefined : body(view),
      };
    },
  };
}
