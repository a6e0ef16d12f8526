/** All files of several tasks, saved as one ZIP. */
import type { Task } from '../../../sdk/index.ts';
import { ownPath } from '../api.ts';
import { makeZip, type ZipEntry } from './zip.ts';

/** More at once is more than a browser holds well. */
export const mostZipBytes = 2_000_000_000;

export const filesOf = (tasks: readonly Task[]) =>
  tasks.flatMap((task) => (task.output?.files ?? []).map((file) => ({ task, file })));

/** `onFile` is told how many have come. Throws when one cannot be had. */
export async function saveFiles(tasks: readonly Task[], onFile: (count: number) => void): Promise<void> {
  const entries: ZipEntry[] = [];
  for (const { task, file } of filesOf(tasks)) {
    const response = await fetch(ownPath(file.url));
    if (!response.ok) throw new Error(`${file.file_name}: ${response.status}`);
    const day = task.created_at.slice(0, 10);
    // The id sets apart what has the same name.
    const name = `${day} ${task.model.replaceAll('/', ' ')} ${task.id.slice(-6)} ${file.file_name}`;
    entries.push({ name, modifiedAt: new Date(task.created_at), content: await response.blob() });
    onFile(entries.length);
  }
  const url = URL.createObjectURL(await makeZip(entries));
  const link = document.createElement('a');
  link.href = url;
  link.download = `framegate-${new Date().toISOString().slice(0, 10)}.zip`;
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
