/**
 * Writes docs/models.md from the catalogue: `node scripts/models-page.ts`. The check of the documents compares the two.
 */
import { writeFileSync } from 'node:fs';
import { readCatalog } from '../src/catalog.ts';
import type { Model, Price } from '../src/core/model.ts';
import { micros, toDollars } from '../src/core/money.ts';
import { viewNames } from '../src/core/view.ts';

export const modelsPage = 'docs/models.md';

/** The whole page. */
export function renderModelsPage(models: readonly Model[]): string {
  const byMaker = Map.groupBy(models, ({ id }) => id.split('/')[0] ?? '');
  const unpriced = models.filter(({ price, offers }) => price === null && offers.every((offer) => !offer.price));
  const retired = models.filter(({ isRetired }) => isRetired === true);
  return [
    '# Models',
    '',
    'Written by `node scripts/models-page.ts` from `catalog/`; do not edit it.',
    '',
    `There are ${models.length} models; ${unpriced.length} of them have no published price, and ${retired.length} are retired. What runs on your`,
    'server, and what is missing for the rest, is told by `framegate models` and `GET /v1/catalog`. Prices are those of the',
    'vendors; CNY is yuan.',
    '',
    'What changed and when: [updates.md](updates.md).',
    ...[...byMaker].flatMap(([maker, own]) => ['', `## ${maker}`, '', ...table(own)]),
    '',
  ].join('\n');
}

function table(models: readonly Model[]): string[] {
  return ['| model | what it does | list price | names |', '| --- | --- | --- | --- |', ...models.map(row)];
}

function row(model: Model): string {
  const { id, title, description, price, offers } = model;
  const others = viewNames(model)
    .slice(1)
    .map(({ dialect, name }) => `${dialect} \`${name}\``)
    .join(', ');
  const own = price ?? offers.find((offer) => offer.price)?.price ?? null;
  return `| \`${id}\` | ${title}. ${description} | ${own === null ? 'not published' : describePrice(own)} | ${others} |`;
}

/** The least and the most that one unit costs. */
function describePrice({ rows, currency = 'USD' }: Price): string {
  const perUnit = rows.every((one) => one.micros === 0 && one.step !== undefined);
  const amounts = rows.map((one) => (perUnit ? (one.step?.micros ?? 0) : one.micros));
  const [least, most] = [Math.min(...amounts), Math.max(...amounts)].map((amount) => toDollars(micros(amount)));
  const step = perUnit ? rows[0]?.step : undefined;
  const further = !perUnit && rows.some((one) => one.step !== undefined) ? ', and more for each further unit' : '';
  return `${least === most ? least : `${least} to ${most}`} ${currency}${step === undefined ? '' : unitOf(step)}${further}`;
}

function unitOf({ of, size }: { readonly of: string; readonly size?: number }): string {
  const words =
    { duration: 'second', seconds: 'second', text: 'character', image_settings: 'key frame' }[of] ?? 'result';
  return size === undefined ? ` a ${words}` : ` for ${size} ${words}s`;
}

if (import.meta.main) writeFileSync(modelsPage, renderModelsPage(readCatalog().models));
