/** Which result file is the one with the visible mark. */
import type { Artifact } from './media.ts';
import type { Task } from './task.ts';

/** A result as vendors show it whose clients ask for both: without the visible mark, and with it if there is one. */
export type ShownOutput = { readonly clean: Artifact; readonly marked: Artifact | undefined };

/** Puts the files with a visible mark beside those they were made of; `outputs` in the order of the task. */
export function pairOutputs({ marks }: Pick<Task, 'marks'>, outputs: readonly Artifact[]): readonly ShownOutput[] {
  if (marks?.isUnmarkedKept !== true) return outputs.map((clean) => ({ clean, marked: undefined }));
  const cleanOnes = outputs.filter(({ fileName }) => isUnmarkedName(fileName));
  const pairs = cleanOnes.map((clean) => ({
    clean,
    marked: outputs.find(({ fileName }) => unmarkedName(fileName) === clean.fileName),
  }));
  const paired = new Set(pairs.flatMap(({ clean, marked }) => [clean, marked]));
  return [...pairs, ...outputs.filter((one) => !paired.has(one)).map((clean) => ({ clean, marked: undefined }))];
}

const unmarkedEnd = '-unmarked';

/** `image.png` becomes `image-unmarked.png`. */
export function unmarkedName(fileName: string): string {
  const dot = fileName.lastIndexOf('.');
  return dot === -1 ? `${fileName}${unmarkedEnd}` : `${fileName.slice(0, dot)}${unmarkedEnd}${fileName.slice(dot)}`;
}

function isUnmarkedName(fileName: string): boolean {
  const dot = fileName.lastIndexOf('.');
  return (dot === -1 ? fileName : fileName.slice(0, dot)).endsWith(unmarkedEnd);
}
