/** The thread that parses large bodies. Media go back as buffers of their own, moved and not copied. */
import { parentPort } from 'node:worker_threads';
import { GatewayError } from '../core/errors.ts';
import { detachInlineMedia, parseJson } from './inline-media.ts';

parentPort?.on('message', ({ id, bytes }: { id: string; bytes: Uint8Array }) => {
  try {
    const parsed = detachInlineMedia(parseJson(new TextDecoder().decode(bytes)), id);
    const media = [...parsed.inline.values()].flatMap((medium) => ('bytes' in medium ? [medium.bytes.buffer] : []));
    parentPort?.postMessage(
      { id, parsed },
      media.filter((buffer) => buffer instanceof ArrayBuffer),
    );
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    parentPort?.postMessage({ id, problem: error.message });
  }
});
