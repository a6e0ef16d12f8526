/**
 * Keeps the log of the catalogue's updates true: `node scripts/catalog-history.ts`. It remembers what each model's facts
 * were (catalog-history.json), refuses a change whose day or whose entry in catalog/updates.json is missing, and writes
 * docs/updates.md. The check of the documents compares all three.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { readCatalog } from '../src/catalog.ts';
import type { Catalog } from '../src/core/catalog.ts';
import type { Model } from '../src/core/model.ts';
import { isAbout, type Update, untoldModels } from '../src/core/updates.ts';

export const updatesPage = 'docs/updates.md';
export const historyFile = 'scripts/catalog-history.json';

/** By a model's id: the day of its last change, a space, and a fingerprint of its facts. */
export type History = Readonly<Record<string, string>>;

/** Words for people may be mended on any day. */
const untracked = new Set(['modified', 'title', 'description', 'sources', 'group', 'demo']);
const fingerprintLength = 12;

function fingerprint(model: Model): string {
  const facts = JSON.stringify(model, (key, value: unknown) => {
    if (untracked.has(key)) return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
  return createHash('sha256').update(facts).digest('hex').slice(0, fingerprintLength);
}

export function createHistory(models: readonly Model[]): History {
  return Object.fromEntries(models.map((model) => [model.id, `${model.modified} ${fingerprint(model)}`]));
}

export function renderHistory(models: readonly Model[]): string {
  return `${JSON.stringify(createHistory(models), undefined, 2)}\n`;
}

/** What keeps a change from being written down, one sentence each. `today` is YYYY-MM-DD. */
export function findGaps(
  { models, updates }: Pick<Catalog, 'models' | 'updates'>,
  known: History,
  today: string,
): string[] {
  const now = createHistory(models);
  return [
    ...Object.keys(known)
      .filter((id) => !Object.hasOwn(now, id))
      .map((id) => `${id}: is gone; a model that ends is marked isRetired`),
    ...models.flatMap(({ id, modified }) => {
      const before = known[id];
      const isUndated = before !== undefined && before !== now[id] && before.startsWith(modified) && modified !== today;
      return isUndated ? [`${id}: its facts changed, and its day is still ${modified}`] : [];
    }),
    ...untoldModels(models, updates).map(
      ({ id, modified }) => `${id}: changed on ${modified}, and catalog/updates.json has no entry of that day about it`,
    ),
  ];
}

/** The whole page. */
export function renderUpdatesPage({ models, updates }: Pick<Catalog, 'models' | 'updates'>): string {
  return [
    '# Updates of the catalogue',
    '',
    'Written by `node scripts/catalog-history.ts` from `catalog/`; do not edit it. `GET /v1/catalog/updates` serves the same.',
    '',
    '| day | what changed | models | known from |',
    '| --- | --- | --- | --- |',
    ...updates.map((update) => {
      const { date, what, source } = update;
      return `| ${date} | ${what} | ${modelsOf(update, models)} | ${source?.where ?? ''} |`;
    }),
    '',
  ].join('\n');
}

function modelsOf(update: Update, models: readonly Model[]): string {
  if (update.models === undefined) return '';
  const names = update.models.map((name) => `\`${name}\``).join(', ');
  return `${models.filter(({ id }) => isAbout(update, id)).length}: ${names}`;
}

if (import.meta.main) {
  const catalog = readCatalog();
  const known = JSON.parse(readFileSync(historyFile, 'utf8')) as History;
  const gaps = findGaps(catalog, known, new Date().toISOString().slice(0, 10));
  for (const gap of gaps) console.log(gap);
  process.exitCode = gaps.length === 0 ? 0 : 1;
  if (gaps.length === 0) {
    writeFileSync(historyFile, renderHistory(catalog.models));
    writeFileSync(updatesPage, renderUpdatesPage(catalog));
  }
}
