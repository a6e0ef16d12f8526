/** The query of Vidu's task list. */
import { GatewayError, inputError } from '../../core/errors.ts';
import type { Gateway } from '../../core/gateway.ts';
import { issueAt, show } from '../../core/issues.ts';
import type { DialectTaskFilter } from '../../core/store-port.ts';
import { type Task, type TaskState, taskStates } from '../../core/task.ts';
import type { Caller } from '../../core/tenant.ts';
import { isTaskId, parseTime, states } from '../../wires/vidu/words.ts';
import { dialectName, stateWords } from './encode.ts';

export const listQuery = {
  'created_at.from': 'RFC 3339; seven days ago unless told.',
  'created_at.to': 'RFC 3339; now unless told.',
  task_ids: 'Only these, separated by commas or repeated, as in all lists here.',
  templates: 'Only of these effects.',
  model_versions: 'Only of these models, such as `q2-pro` or `2.0`.',
  resolutions: 'Only of these.',
  states: 'Only in these states; `created` and `queueing` are one.',
  'pager.page': 'Which page, from 0. `paper.page` is the same.',
  'pager.pagesz': 'How many on a page, 1 to 100; 10 unless told. `paper.pagesz` is the same.',
  'pager.page_token': 'The `next_page_token` of the page before. `paper.page_token` is the same.',
} as const;

const week = 7 * 24 * 60 * 60 * 1000;
const size = { default: 10, maximum: 100 };
/** Whoever needs more pages goes on by token. */
const lastPage = 1_000;
const listLength = 100;

type Page = { readonly tasks: readonly Task[]; readonly nextPageToken: string };

/** Throws GatewayError `invalid_input`. */
export async function listTasks(gateway: Gateway, caller: Caller, query: URLSearchParams, now: number): Promise<Page> {
  const limit = readCount(query, 'pagesz', 'pageSize', size.default, [1, size.maximum]);
  const page = readCount(query, 'page', 'maximum', 0, [0, lastPage]);
  const createdBefore = readTime(query, 'created_at.to') ?? now + 1;
  const filter: DialectTaskFilter = {
    tenantId: caller.tenantId,
    dialect: dialectName,
    createdFrom: readTime(query, 'created_at.from') ?? createdBefore - week,
    createdBefore,
    ...readStates(query),
    ...readModels(gateway, query),
    ...readInputs(query),
    ...(await readToken(gateway, caller, query, page * limit)),
    limit: limit + 1,
  };
  const ids = readList(query, 'task_ids');
  const found =
    ids === undefined ? await gateway.tasksOfDialect(filter) : await pickTasks(gateway, caller, ids, filter);
  const tasks = found.slice(0, limit);
  return { tasks, nextPageToken: found.length > limit ? (tasks.at(-1)?.wireId ?? '') : '' };
}

/** Tasks by their ids, held against the rest of the filter; ids of nobody are passed over. */
async function pickTasks(
  gateway: Gateway,
  caller: Caller,
  ids: readonly string[],
  { createdFrom, createdBefore, states: wanted, models, inputs = {}, before, offset = 0, limit }: DialectTaskFilter,
): Promise<Task[]> {
  const found = await Promise.all([...new Set(ids)].filter(isTaskId).map((id) => findTask(gateway, caller, id)));
  const isAfter = ({ createdAt, sequence }: Task) =>
    before === undefined ||
    createdAt < before.createdAt ||
    (createdAt === before.createdAt && sequence < before.sequence);
  return found
    .filter((task) => task !== undefined)
    .filter(({ createdAt }) => createdAt >= createdFrom && createdAt < createdBefore)
    .filter(({ state }) => wanted === undefined || wanted.includes(state))
    .filter(({ model }) => models === undefined || models.includes(model))
    .filter(({ input }) => Object.entries(inputs).every(([name, values]) => values.includes(input[name] as string)))
    .filter(isAfter)
    .sort((one, other) => other.createdAt - one.createdAt || other.sequence - one.sequence)
    .slice(offset, offset + limit);
}

async function findTask(gateway: Gateway, caller: Caller, id: string): Promise<Task | undefined> {
  try {
    return await gateway.taskByWireId(caller, dialectName, id);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function refuse(name: string, rule: string, predicate: string): never {
  throw inputError([issueAt([name], rule, predicate)]);
}

function readTime(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  return parseTime(text) ?? refuse(name, 'format', `must be an RFC 3339 time; it is ${show(text)}`);
}

/** The pages print the paging keys with either beginning. */
function readPaging(query: URLSearchParams, name: string): readonly [name: string, text: string] | undefined {
  for (const key of [`pager.${name}`, `paper.${name}`]) {
    const text = query.get(key);
    if (text !== null && text !== '') return [key, text];
  }
  return undefined;
}

/** `rule` is what a count out of its bounds breaks. */
function readCount(
  query: URLSearchParams,
  name: string,
  rule: string,
  fallback: number,
  [minimum, maximum]: readonly [number, number],
): number {
  const [key = '', text = ''] = readPaging(query, name) ?? [];
  if (key === '') return fallback;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= minimum && count <= maximum) return count;
  return refuse(key, rule, `must be a whole number from ${minimum} to ${maximum}; it is ${show(text)}`);
}

/** A token stands for the last task of a page; with one, pages are not counted. */
async function readToken(
  gateway: Gateway,
  caller: Caller,
  query: URLSearchParams,
  offset: number,
): Promise<Pick<DialectTaskFilter, 'before' | 'offset'>> {
  const [key = '', token = ''] = readPaging(query, 'page_token') ?? [];
  if (key === '') return { offset };
  const before = isTaskId(token) ? await findTask(gateway, caller, token) : undefined;
  return before === undefined ? refuse(key, 'token', 'is not a token of this list') : { before };
}

function readList(query: URLSearchParams, name: string): readonly string[] | undefined {
  const words = query
    .getAll(name)
    .flatMap((text) => text.split(','))
    .map((word) => word.trim());
  const given = words.filter((word) => word !== '');
  if (given.length > listLength)
    refuse(name, 'maxItems', `may have at most ${listLength} items; it has ${given.length}`);
  return given.length === 0 ? undefined : given;
}

function readStates(query: URLSearchParams): { readonly states?: readonly TaskState[] } {
  const words = readList(query, 'states');
  if (words === undefined) return {};
  const unknown = words.find((word) => !states.some((state) => state === word));
  if (unknown !== undefined) refuse('states', 'enum', `must be of ${states.join(', ')}; it has ${show(unknown)}`);
  const wanted = words.map((word) => (word === 'created' ? 'queueing' : word));
  return { states: taskStates.filter((state) => wanted.includes(stateWords[state])) };
}

/** `q2-pro`, and `viduq2-pro` as well. A version that nobody knows has no tasks. */
function readModels({ catalog }: Gateway, query: URLSearchParams): { readonly models?: readonly string[] } {
  const versions = readList(query, 'model_versions')?.map((version) => version.toLowerCase().replace(/^vidu/, ''));
  if (versions === undefined) return {};
  const versionOf = (name: string) => (name.split('/').at(-1) ?? '').replace(/^vidu/, '');
  const views = catalog.views(dialectName).filter(({ name }) => versions.includes(versionOf(name)));
  return { models: [...new Set(views.map(({ model }) => model.id))] };
}

function readInputs(query: URLSearchParams): Pick<DialectTaskFilter, 'inputs'> {
  const template = readList(query, 'templates');
  // Core spells them in lower case.
  const resolution = readList(query, 'resolutions')?.map((word) => word.toLowerCase());
  return {
    inputs: { ...(template === undefined ? {} : { template }), ...(resolution === undefined ? {} : { resolution }) },
  };
}
