/**
 * Recorded requests of vendors' clients, replayed against a stage: only host, keys and media URLs are other ones. A fixture
 * file holds conversations, whose calls follow each other and may use what an earlier answer held.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Model } from '../../src/core/model.ts';
import { everyModel } from './every-model.ts';
import { type FileServer, startFileServer } from './file-server.ts';
import { photoDataUri, readPhoto } from './photos.ts';
import { findDisagreements, type Json, type Shapes } from './recorded-pattern.ts';
import { openStage, type Stage } from './stage.ts';

/** Of a multipart body. With `photo`, its bytes are those of a photograph of the examples. */
type FormPart = {
  readonly name: string;
  readonly fileName?: string;
  readonly type?: string;
  readonly value?: string;
  readonly photo?: string;
};

/**
 * `{{name}}` in any text stands for a variable: `base`, `media`, the keys, and what earlier calls saved; `{{name|bare}}` for
 * it without the quotes around it, `{{name|encoded}}` for it as URLs spell it.
 */
type RecordedCall = {
  /** Where the notes say so. */
  readonly source: string;
  readonly client?: string;
  /** What the engine does from here on. */
  readonly engine?: 'hold' | 'succeed' | 'fail';
  /** Whether no work is begun from here on. */
  readonly paused?: boolean;
  readonly method: string;
  /** A whole URL, or what follows the base. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** At most one of these: sent as JSON, as it stands, as the bytes of a photograph, or as multipart in this order. */
  readonly json?: Json;
  readonly text?: string;
  readonly photo?: string;
  readonly form?: readonly FormPart[];
  /** Asked again until the body is so. */
  readonly until?: Json;
  readonly expects: {
    readonly status: number;
    /** By names in lower case. */
    readonly headers?: Json;
    readonly body?: Json;
    /** In hexadecimal, what a file begins with. */
    readonly bytes?: string;
    /** How many tasks the call made. */
    readonly tasks?: number;
  };
  /** Variables for later calls, by JSON pointer, or `header:` and its name. */
  readonly saves?: Readonly<Record<string, string>>;
};

type Conversation = {
  readonly name: string;
  readonly client?: string;
  readonly calls: readonly RecordedCall[];
};

type Recording = {
  readonly file: string;
  /** Settings of the gateway that it is made for, by their environment names. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether its tasks cost nothing. */
  readonly isFree?: boolean;
  readonly conversations: readonly Conversation[];
};

type Variables = Map<string, string>;

type Reply = { readonly status: number; readonly headers: Json; readonly bytes: Buffer };

const fixtures = join(import.meta.dirname, '../fixtures');
const patienceMs = 20_000;
const againMs = 20;

export type RecordedOptions = {
  /** Models beside those of the catalogue. */
  readonly more?: readonly Model[];
  /** Names of the files, without their ending, when not all of them are to be played. */
  readonly only?: readonly string[];
  /** Further files that the media server has, by path with its slash. */
  readonly files?: () => Promise<Readonly<Record<string, Uint8Array>>>;
  /** What the recordings may use beside the keys and addresses. */
  readonly variables?: Readonly<Record<string, string>>;
};

/** A test for each conversation of each recording; files that want the same settings share a gateway. */
export function testRecordings(
  dialect: string,
  { more = [], only, files, variables = {} }: RecordedOptions = {},
): void {
  const { recordings, shapes } = readRecordings(dialect, only);
  const settings = ({ environment = {}, isFree = false }: Recording) => JSON.stringify({ environment, isFree });
  test(`recorded requests of ${dialect}`, async (t) => {
    const catalog = everyModel(more);
    await using media = await startMediaServer(await files?.());
    for (const [wish, group] of Map.groupBy(recordings, settings)) {
      await t.test(group.map(({ file }) => file).join(', '), async (inGroup) => {
        await using stage = await openStage({ allowFetch: [media.door], catalog, ...JSON.parse(wish) });
        for (const conversation of group.flatMap(({ conversations }) => conversations)) {
          await inGroup.test(conversation.name, () => replay(stage, conversation, { media, shapes, variables }));
          await stage.resume();
        }
      });
    }
  });
}

/** The dialect's recordings; `shapes.json` beside them holds patterns with names. */
function readRecordings(
  dialect: string,
  only?: readonly string[],
): { recordings: readonly Recording[]; shapes: Shapes } {
  const directory = join(fixtures, dialect);
  const read = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), 'utf8'));
  const wanted = only ?? globSync('*.json', { cwd: directory }).map((file) => file.replace('.json', ''));
  const files = wanted.filter((name) => name !== 'shapes').map((name) => `${name}.json`);
  return {
    recordings: files.sort().map((file) => ({ ...(read(file) as Omit<Recording, 'file'>), file })),
    shapes: read('shapes.json') as Shapes,
  };
}

/** Serves what the vendor's examples take from hosts of their own: a picture, a film and a sound. */
async function startMediaServer(more: Readonly<Record<string, Uint8Array>> = {}): Promise<FileServer> {
  const make = (format: string, ...source: string[]): Buffer =>
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...source, '-f', format, '-'], { maxBuffer: 1e8 });
  const colour = ['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=24:duration=4'];
  const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=4'];
  const film = make('mp4', ...colour, ...tone, '-pix_fmt', 'yuv420p', '-movflags', 'frag_keyframe+empty_moov');
  return await startFileServer({
    '/cat.jpg': readPhoto('locomotion-house-cat.jpg'),
    '/boats.jpg': readPhoto('nagasaki-boats.jpg'),
    '/film.mp4': film,
    '/film.MOV': film,
    '/sound.mp3': make('mp3', ...tone),
    ...more,
  });
}

/** Plays a conversation; fails at the first answer that is not as its fixture says. */
async function replay(
  stage: Stage,
  { calls, client = '' }: Conversation,
  { media, shapes, variables }: { media: FileServer; shapes: Shapes; variables: Readonly<Record<string, string>> },
): Promise<void> {
  const known: Variables = new Map(
    Object.entries({ ...variables, ...keysOf(stage), base: stage.url, media: media.url, ...pictures }),
  );
  stage.engine.outcome = 'hold';
  for (const recorded of calls) {
    const { source, engine, paused } = recorded;
    if (engine !== undefined) stage.engine.outcome = engine;
    if (paused !== undefined) await (paused ? stage.pause() : stage.resume());
    const call = fillIn(recorded, known);
    const before = call.expects.tasks === undefined ? 0 : await stage.countTasks();
    const filled = fillIn(shapes, known);
    const reply = await askUntil(stage.url, call, filled);
    const body = parseQuietly(reply.bytes);
    const problems = [...judgeReply(call, reply, body, filled)];
    const made = call.expects.tasks === undefined ? undefined : (await stage.countTasks()) - before;
    if (made !== call.expects.tasks) problems.push(`${made} tasks were made, not ${call.expects.tasks}`);
    const told = `${call.method} ${call.path} of ${recorded.client ?? client} (${source})`;
    assert.deepEqual(problems, [], `${told}\nanswer: ${reply.status} ${reply.bytes.toString().slice(0, 2_000)}`);
    for (const [name, pointer] of Object.entries(call.saves ?? {})) {
      known.set(name, readSaved(body, reply.headers, pointer));
    }
  }
}

/** As data URIs: one of a photograph, one of nearly 5 MB. */
const pictures = { cat: photoDataUri('locomotion-house-cat.jpg'), large: makeLargePicture() };

function makeLargePicture(): string {
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-video_size', '1120x1120', '-i', '-', '-f', 'image2pipe'];
  const png = execFileSync('ffmpeg', ['-v', 'error', ...raw, '-c:v', 'png', '-'], {
    input: randomBytes(1_120 * 1_120 * 3),
    maxBuffer: 1e8,
  });
  return `data:image/png;base64,${png.toString('base64')}`;
}

const keysOf = ({ rich, other, poor }: Stage) => ({ key: rich.key, otherKey: other.key, poorKey: poor.key });

/** A variable that nobody saved stays as it is, and agrees with nothing. */
function fillIn<Value>(value: Value, known: Variables): Value {
  const fill = (text: string) =>
    text.replaceAll(/\{\{(\w+)(\|\w+)?\}\}/g, (unfilled, name: string, form: string | undefined) => {
      const found = known.get(name) ?? unfilled;
      if (form === '|bare') return found.replaceAll('"', '');
      return form === '|encoded' ? encodeURIComponent(found) : found;
    });
  const visit = (one: unknown): unknown => {
    if (typeof one === 'string') return fill(one);
    if (Array.isArray(one)) return one.map(visit);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, visit(inner)]));
  };
  return visit(value) as Value;
}

async function askUntil(base: string, call: RecordedCall, shapes: Shapes): Promise<Reply> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const reply = await ask(base, call);
    if (call.until === undefined) return reply;
    if (findDisagreements(call.until, parseQuietly(reply.bytes), shapes).length === 0 || Date.now() > end) return reply;
    await delay(againMs);
  }
}

function judgeReply({ expects }: RecordedCall, { status, headers, bytes }: Reply, body: unknown, shapes: Shapes) {
  const problems = findDisagreements(expects.status, status).map((problem) => `status: ${problem}`);
  if (expects.headers !== undefined) problems.push(...findDisagreements(expects.headers, headers, shapes));
  if (expects.body !== undefined) problems.push(...findDisagreements(expects.body, body, shapes));
  const beginning = bytes.toString('hex').slice(0, expects.bytes?.length ?? 0);
  if (beginning !== (expects.bytes ?? '')) problems.push(`the file begins with ${beginning}, not ${expects.bytes}`);
  return problems;
}

/** Sends just what is recorded: `Host` and `Expect` too are the recording's. */
function ask(base: string, call: RecordedCall): Promise<Reply> {
  const url = call.path.startsWith('http') ? call.path : base + call.path;
  const { type, bytes } = composeBody(call);
  const length = bytes === undefined ? {} : { 'content-length': String(bytes.length) };
  const headers = { ...type, ...length, ...call.headers };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: call.method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Json,
          bytes: Buffer.concat(chunks),
        }),
      );
    });
    sent.on('error', reject);
    if (sent.getHeader('expect') === undefined) sent.end(bytes);
    else sent.on('continue', () => sent.end(bytes));
  });
}

function composeBody({ json, text, photo, form }: RecordedCall): { type: Record<string, string>; bytes?: Buffer } {
  if (json !== undefined)
    return { type: { 'content-type': 'application/json' }, bytes: Buffer.from(JSON.stringify(json)) };
  if (text !== undefined) return { type: {}, bytes: Buffer.from(text) };
  if (photo !== undefined) return { type: {}, bytes: readPhoto(photo) };
  if (form === undefined) return { type: {} };
  const boundary = '----recorded0123456789';
  const parts = form.flatMap(({ name, fileName, type, value = '', photo }) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"`),
    Buffer.from(fileName === undefined ? '' : `; filename="${fileName}"`),
    Buffer.from(type === undefined ? '\r\n\r\n' : `\r\nContent-Type: ${type}\r\n\r\n`),
    photo === undefined ? Buffer.from(value) : readPhoto(photo),
    Buffer.from('\r\n'),
  ]);
  const bytes = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return { type: { 'content-type': `multipart/form-data; boundary=${boundary}` }, bytes };
}

function readSaved(body: unknown, headers: Json, pointer: string): string {
  if (!pointer.startsWith('header:')) return readPointer(body, pointer);
  return readPointer(headers, `/${pointer.slice('header:'.length)}`);
}

function readPointer(body: unknown, pointer: string): string {
  let found = body;
  for (const step of pointer.split('/').slice(1)) found = (found as Record<string, unknown> | undefined)?.[step];
  assert.ok(typeof found === 'string', `${pointer} is ${JSON.stringify(found)}, not a text`);
  return found;
}

function parseQuietly(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
