/** The key `AIGC` in `moov/meta` (QuickTime File Format, metadata): a list of key names and a list of their values. */
import { type Box, type BoxBudget, makeBox, readBoxes } from '../format/boxes.ts';
import { type Edit, growthOf, insert, overwrite } from '../format/edits.ts';
import { brokenFile, type FileReader } from '../format/file-reader.ts';
import { labelName } from './label-text.ts';
import { type Movie, moveChunks } from './mp4-movie.ts';
import { maximumPacketBytes } from './plan.ts';

const keyFormat = 'mdta';
const utf8 = 1;

type Meta = {
  /** From the child of the movie box down to the metadata box itself. */
  readonly path: readonly Box[];
  readonly isKeyed: boolean;
  readonly keys: Box | undefined;
  readonly values: Box | undefined;
};

async function readMeta(file: FileReader, path: readonly Box[], budget: BoxBudget): Promise<Meta> {
  const box = path.at(-1);
  if (box === undefined || box.end - box.contentStart < 8) {
    return { path, isKeyed: false, keys: undefined, values: undefined };
  }
  // In MP4 a version comes first, in QuickTime the first inner box.
  const isPlain = (await file.at(box.contentStart + 4, 4)).toString('latin1') === 'hdlr';
  const children = await readBoxes(file, box.contentStart + (isPlain ? 0 : 4), box.end, budget);
  const handler = children.find(({ type }) => type === 'hdlr');
  const hasHandler = handler !== undefined && handler.end - handler.contentStart >= 12;
  return {
    path,
    isKeyed: hasHandler && (await file.at(handler.contentStart + 8, 4)).toString('latin1') === keyFormat,
    keys: children.find(({ type }) => type === 'keys'),
    values: children.find(({ type }) => type === 'ilst'),
  };
}

async function readKeyNames(file: FileReader, { contentStart, end }: Box): Promise<string[]> {
  if (end - contentStart > maximumPacketBytes) throw brokenFile('its list of keys is too large');
  const content = await file.at(contentStart, end - contentStart);
  const names: string[] = [];
  for (let offset = 8; offset + 8 <= content.byteLength; ) {
    const length = content.readUInt32BE(offset);
    if (length < 8 || offset + length > content.byteLength) throw brokenFile('a key is not whole');
    names.push(content.toString('utf8', offset + 8, offset + length));
    offset += length;
  }
  return names;
}

/** Metadata stand in `moov/meta`, and in `moov/udta/meta`, where ffmpeg writes its own keys. */
async function readMetas(file: FileReader, { children }: Movie, budget: BoxBudget): Promise<Meta[]> {
  const metas: Meta[] = [];
  for (const box of children) {
    if (box.type === 'meta') metas.push(await readMeta(file, [box], budget));
    if (box.type !== 'udta') continue;
    const inner = await readBoxes(file, box.contentStart, box.end, budget);
    for (const meta of inner) if (meta.type === 'meta') metas.push(await readMeta(file, [box, meta], budget));
  }
  return metas;
}

export async function hasLabelKey(file: FileReader, movie: Movie, budget: BoxBudget): Promise<boolean> {
  for (const { keys } of await readMetas(file, movie, budget)) {
    if (keys !== undefined && (await readKeyNames(file, keys)).includes(labelName)) return true;
  }
  return false;
}

/** No edits where the film's tables cannot take a key: the XMP packet says the same. */
export async function planLabelKey(file: FileReader, movie: Movie, budget: BoxBudget, text: string): Promise<Edit[]> {
  if (!movie.canGrow) return [];
  const metas = await readMetas(file, movie, budget);
  // Readers look at one list of keys, so a list that is there is made longer.
  const keyed = metas.find(({ isKeyed, keys, values }) => isKeyed && keys !== undefined && values !== undefined);
  if (keyed === undefined && movie.children.some(({ type }) => type === 'meta')) return [];
  const added =
    keyed === undefined ? [insert(movie.box.end, makeMeta(movie, text))] : await extendMeta(file, keyed, text);
  const growth = growthOf(added);
  const moved = await moveChunks(file, movie, growth);
  return moved === undefined ? [] : [resize(movie.box, growth), ...added, ...moved];
}

function makeMeta({ isQuickTime }: Movie, text: string): Uint8Array {
  const handler = Buffer.alloc(25);
  handler.write(keyFormat, 8, 'latin1');
  const version = Buffer.alloc(isQuickTime ? 0 : 4);
  const keysHead = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]);
  return makeBox(
    'meta',
    version,
    makeBox('hdlr', handler),
    makeBox('keys', keysHead, makeKey()),
    makeBox('ilst', makeValue(1, text)),
  );
}

function makeKey(): Uint8Array {
  return makeBox(keyFormat, Buffer.from(labelName, 'latin1'));
}

/** `index` counts the keys from 1 and stands where other boxes have their type. */
function makeValue(index: number, text: string): Uint8Array {
  const kind = Buffer.from([0, 0, 0, utf8, 0, 0, 0, 0]);
  const value = Buffer.from(makeBox('....', makeBox('data', kind, Buffer.from(text))));
  value.writeUInt32BE(index, 4);
  return value;
}

async function extendMeta(file: FileReader, { path, keys, values }: Meta, text: string): Promise<Edit[]> {
  if (keys === undefined || values === undefined) return [];
  const count = (await file.at(keys.contentStart, 8)).readUInt32BE(4) + 1;
  const key = makeKey();
  const value = makeValue(count, text);
  const counted = Buffer.alloc(4);
  counted.writeUInt32BE(count);
  return [
    ...path.map((box) => resize(box, key.byteLength + value.byteLength)),
    resize(keys, key.byteLength),
    overwrite(keys.contentStart + 4, counted),
    insert(keys.end, key),
    resize(values, value.byteLength),
    insert(values.end, value),
  ];
}

/** Writes a box's size as it is when it has grown. */
function resize({ offset, contentStart, end }: Box, growth: number): Edit {
  const size = end - offset + growth;
  if (contentStart - offset === 16) {
    const long = Buffer.alloc(8);
    long.writeBigUInt64BE(BigInt(size));
    return overwrite(offset + 8, long);
  }
  if (size > 0xffff_ffff) throw brokenFile('its tables are too large');
  const short = Buffer.alloc(4);
  short.writeUInt32BE(size);
  return overwrite(offset, short);
}
