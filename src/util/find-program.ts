/** Looks for a program as a shell would. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The path of `name` in the first directory of a PATH-like text that has it; undefined when none has. */
export async function findProgram(name: string, searchPath: string): Promise<string | undefined> {
  const fileName = process.platform === 'win32' ? `${name}.exe` : name;
  for (const directory of searchPath.split(delimiter)) {
    if (directory === '') continue;
    const path = join(directory, fileName);
    const isExecutable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return path;
  }
  return undefined;
}
