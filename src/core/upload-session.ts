/** An upload that comes in pieces: what is known of it, and the name that is made of the client's. */
import type { ArtifactId, TenantId, UploadId } from './ids.ts';

export type UploadSession = {
  readonly id: UploadId;
  readonly tenantId: TenantId;
  /** Of the whole file, as it was announced. */
  readonly sizeBytes: number;
  /** How much of it is on disk, from its start on: where the next piece begins. */
  readonly receivedBytes: number;
  /** What the file's name begins with; empty when the client gave none. */
  readonly fileStem: string;
  /** What it became; null while it is open. */
  readonly artifactId: ArtifactId | null;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
};

const longestStem = 80;

/**
 * What is left of a client's file name for show: no folders, no extension (that is read from the bytes), nothing that a
 * header, a page or a file system could take for more than a name. Empty when nothing is left.
 */
export function cleanFileStem(fileName: string): string {
  const last = fileName.split(/[/\\]/).at(-1) ?? '';
  return last
    .replace(/\.[^.]*$/, '')
    .replace(/[^0-9A-Za-z_-]+/g, '-')
    .slice(0, longestStem)
    .replace(/^[-_]+|[-_]+$/g, '');
}
