/** What the label needs to know of a film's tables: where they lie, and what moves when they grow. */
import { type Box, type BoxBudget, readBoxes } from '../format/boxes.ts';
import { type Edit, overwrite } from '../format/edits.ts';
import { brokenFile, type FileReader } from '../format/file-reader.ts';

export type Movie = {
  readonly box: Box;
  readonly isQuickTime: boolean;
  readonly children: readonly Box[];
  /** The tables of chunk offsets of all tracks. */
  readonly offsetTables: readonly Box[];
  /** Whether the tables may grow: all that tells absolute places in the file is known here and can be written anew. */
  readonly canGrow: boolean;
};

/** Films of hours have some megabytes of offsets. */
const maximumTableBytes = 64 * 1024 * 1024;
const tableHeadBytes = 8;

export async function readMovie(file: FileReader, boxes: readonly Box[], budget: BoxBudget): Promise<Movie> {
  const box = boxes.find(({ type }) => type === 'moov');
  if (box === undefined) throw brokenFile('it has no tables');
  const children = await readBoxes(file, box.contentStart, box.end, budget);
  const tables = await readSampleTables(file, children, budget);
  const offsetTables = tables.filter(({ type }) => type === 'stco' || type === 'co64');
  const tableBytes = offsetTables.reduce((sum, { contentStart, end }) => sum + end - contentStart, 0);
  // Fragments, encryption and items have further absolute offsets.
  const isPlain =
    !boxes.some(({ type }) => type === 'moof' || type === 'mfra' || type === 'meta' || type === 'sidx') &&
    !tables.some(({ type }) => type === 'saio') &&
    tableBytes <= maximumTableBytes;
  return {
    box,
    isQuickTime: await isQuickTime(file, boxes),
    children,
    offsetTables,
    canGrow: isPlain && !box.isOpen,
  };
}

async function isQuickTime(file: FileReader, [first]: readonly Box[]): Promise<boolean> {
  if (first === undefined || first.type !== 'ftyp' || first.end - first.contentStart < 4) return true;
  return (await file.at(first.contentStart, 4)).toString('latin1') === 'qt  ';
}

const pathToTables = ['trak', 'mdia', 'minf', 'stbl'];

async function readSampleTables(file: FileReader, children: readonly Box[], budget: BoxBudget): Promise<Box[]> {
  let level = [...children];
  for (const type of pathToTables) {
    const inner: Box[] = [];
    for (const box of level) {
      if (box.type === type) inner.push(...(await readBoxes(file, box.contentStart, box.end, budget)));
    }
    level = inner;
  }
  return level;
}

/**
 * The chunk offsets as they are when the movie box has grown by `growth` bytes. Undefined when they would no longer fit
 * their 32 bits.
 */
export async function moveChunks(file: FileReader, movie: Movie, growth: number): Promise<Edit[] | undefined> {
  const edits: Edit[] = [];
  for (const { type, contentStart, end } of movie.offsetTables) {
    const entryBytes = type === 'stco' ? 4 : 8;
    const count = (await file.at(contentStart, tableHeadBytes)).readUInt32BE(4);
    const tableBytes = count * entryBytes;
    if (contentStart + tableHeadBytes + tableBytes > end) throw brokenFile('a table claims more than it has');
    const table = Buffer.from(await file.at(contentStart + tableHeadBytes, tableBytes));
    const hasRoom = entryBytes === 4 ? moveShort(table, movie.box.end, growth) : moveLong(table, movie.box.end, growth);
    if (!hasRoom) return undefined;
    edits.push(overwrite(contentStart + tableHeadBytes, table));
  }
  return edits;
}

function moveShort(table: Buffer, from: number, growth: number): boolean {
  for (let at = 0; at < table.byteLength; at += 4) {
    const offset = table.readUInt32BE(at);
    if (offset < from) continue;
    if (offset + growth > 0xffff_ffff) return false;
    table.writeUInt32BE(offset + growth, at);
  }
  return true;
}

function moveLong(table: Buffer, from: number, growth: number): boolean {
  for (let at = 0; at < table.byteLength; at += 8) {
    const offset = table.readBigUInt64BE(at);
    if (offset < BigInt(from)) continue;
    if (offset > BigInt(Number.MAX_SAFE_INTEGER)) return false;
    table.writeBigUInt64BE(offset + BigInt(growth), at);
  }
  return true;
}
