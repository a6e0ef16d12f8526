/** The answers of the matrix as a page shows them: what differs from run to run is replaced by a word. */
import type { StageAnswer, StageRequest } from '../../support/stage.ts';
import type { MatrixSituation } from './driver.ts';

export type Shown = {
  readonly dialect: string;
  readonly situation: MatrixSituation;
  readonly request: StageRequest;
  readonly answer: StageAnswer;
  /** Ids of tasks that stand in the request. */
  readonly ids: readonly string[];
};

const bodyLength = 320;

/** One table for each dialect. */
export function tableOf(shown: readonly Shown[]): string {
  return [...new Set(shown.map(({ dialect }) => dialect))]
    .map((dialect) => {
      const rows = shown.filter((one) => one.dialect === dialect).map(rowOf);
      return `\n### ${dialect}\n\n| situation | request | status | body |\n| --- | --- | --- | --- |\n${rows.join('')}`;
    })
    .join('');
}

function rowOf({ situation, request, answer, ids }: Shown): string {
  const path = ids.reduce((text, id) => text.replaceAll(id, '{id}'), request.path);
  const body = plain(answer.body, ids) ?? answer.text;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const cut = text.length > bodyLength ? `${text.slice(0, bodyLength)}…` : text;
  return `| ${situation} | \`${request.method} ${path}\` | ${answer.status} | \`${cut.replaceAll('|', '\\|').replaceAll('`', "'")}\` |\n`;
}

/** Ids, times, links and drawn numbers as words. */
function plain(value: unknown, ids: readonly string[], name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => plain(one, ids, name));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, ids, key)]));
  }
  if (typeof value === 'string') return plainText(value, ids);
  return typeof value === 'number' && /seed|progress|created|_at$|_ms$|Time$/i.test(name) ? 0 : value;
}

function plainText(text: string, ids: readonly string[]): string {
  if (/^https?:\/\//.test(text)) return '<url>';
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text)) return '<time>';
  if (ids.includes(text) || /^[a-z]+_[A-Za-z0-9]{22}$|^[0-9a-f]{32}$|^[0-9a-v]{20}$|^\d{18,19}$/.test(text))
    return '<id>';
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text)) return '<id>';
  return text.length > 100 && /^[A-Za-z0-9+/=#$*,.:;?@[\]^_{|}~-]+$/.test(text) ? '<text>' : text;
}
