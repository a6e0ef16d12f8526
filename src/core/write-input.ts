/** The opposite of `checkInput`: neutral parameters as a view's dialect writes them. Pure. */
import { spell } from './dialect-rules.ts';
import type { JsonValue } from './json.ts';
import type { Task, TaskMedia } from './task.ts';
import { type Field, type ModelView, toWire } from './view.ts';

/** What a task was asked for. */
export type WrittenTask = Pick<Task, 'input' | 'media' | 'seed'>;

type Item = Readonly<Record<string, JsonValue>>;
type Scalar = string | number | boolean;
type WriteMedium = (medium: TaskMedia) => string;

/** Every field that has a value, by its name on the wire; `writeMedium` gives the text that stands for a medium. */
export function writeInput(
  { fields, rules }: ModelView,
  task: WrittenTask,
  writeMedium: WriteMedium,
): Record<string, JsonValue> {
  const mediaOf = (path: string) =>
    task.media.filter(({ field }) => field === path).sort((one, other) => one.index - other.index);
  const writeMedia = (field: Field, path: string): JsonValue | undefined => {
    const media = mediaOf(path);
    const { isSingle = false, at = 0 } = field;
    if (isSingle) {
      const medium = media.find(({ index }) => index === at);
      return medium === undefined ? undefined : writeMedium(medium);
    }
    return media.length === 0 ? undefined : media.map(writeMedium);
  };
  const writeItem = (list: Field, item: Item, index: number): Item => {
    const written = Object.entries(list.fields ?? {}).map(([name, inner]) => {
      const isMedia = inner.type === 'media';
      const value = isMedia ? writeMedia({ ...inner, of: name }, `${list.of}[${index}].${name}`) : item[name];
      return [spell(name, rules), value] as const;
    });
    return Object.fromEntries(written.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
  };
  const writeField = (field: Field, of: string): JsonValue | undefined => {
    if (field.type === 'media') return writeMedia(field, of);
    const value = of === 'seed' ? task.seed : task.input[of];
    if (value === undefined || value === null) return undefined;
    if (field.type !== 'list') return toWire(field, value as Scalar);
    if (field.fields === undefined || !Array.isArray(value)) return value;
    return value.map((item, index) => writeItem(field, item as Item, index));
  };
  const entries = Object.entries(fields).flatMap(([name, field]) => {
    const value = field.of === undefined ? undefined : writeField(field, field.of);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}
