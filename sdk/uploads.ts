/** Sending files: at once when they are small, in pieces that go on after a break when they are not. */
import type { Artifact, Upload } from './api-types.ts';
import { FramegateError } from './errors.ts';
import type { CallOptions, Transport } from './transport.ts';

export type UploadOptions = Pick<CallOptions, 'signal'> & {
  /** What the file is called. */
  readonly fileName?: string;
  readonly onProgress?: (sentBytes: number, sizeBytes: number) => void;
};

const pieceBytes = 8 * 1024 * 1024;
/** How often a piece is sent again without any byte of it arriving. */
const maximumBreaks = 5;
const pauseMs = 500;

/** Stores a file to be used as input. Throws FramegateError. */
export async function uploadFile(transport: Transport, file: Blob, options: UploadOptions = {}): Promise<Artifact> {
  const { signal, fileName, onProgress } = options;
  const call = signal === undefined ? {} : { signal };
  if (file.size <= pieceBytes) {
    const artifact = await transport.call('upload', { body: file }, call);
    onProgress?.(file.size, file.size);
    return artifact as Artifact;
  }
  const body = { size_bytes: file.size, ...(fileName === undefined ? {} : { file_name: fileName }) };
  const { id } = await transport.call('beginUpload', { body }, call);
  let offset = 0;
  let breaks = 0;
  while (offset < file.size) {
    signal?.throwIfAborted();
    try {
      offset = await sendPiece(transport, id, file, offset, call);
      breaks = 0;
    } catch (error) {
      breaks += 1;
      const isConflict = error instanceof FramegateError && error.code === 'conflict';
      if (!(error instanceof FramegateError) || !(error.isRetryable || isConflict) || breaks > maximumBreaks)
        throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs * breaks));
      // The server knows how much of the piece has come.
      offset = (await transport.call('getUpload', { path: { id } }, call)).offset;
    }
    onProgress?.(offset, file.size);
  }
  return (await transport.call('completeUpload', { path: { id } }, call)) as Artifact;
}

async function sendPiece(
  transport: Transport,
  id: string,
  file: Blob,
  offset: number,
  options: CallOptions,
): Promise<number> {
  const piece = file.slice(offset, offset + pieceBytes);
  const upload: Upload = await transport.call(
    'sendUploadPiece',
    { path: { id }, body: piece },
    { ...options, headers: { 'upload-offset': String(offset) } },
  );
  return upload.offset;
}
