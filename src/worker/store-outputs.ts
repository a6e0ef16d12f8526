/** Copies what an engine made into our own storage: nothing succeeds before its bytes are ours, probed and hashed. */
import { createReadStream } from 'node:fs';
import type { EngineOutput } from '../core/engine-port.ts';
import { GatewayError } from '../core/errors.ts';
import type { Artifact } from '../core/media.ts';
import type { CallOptions } from '../core/ports.ts';
import { storeArtifact } from '../core/store-media.ts';
import type { Task } from '../core/task.ts';
import type { World } from '../core/world.ts';
import { markOutput } from './mark-output.ts';

/**
 * Answers the files with the marks that the task asks for; those kept without a visible one come last. Throws GatewayError
 * `engine_failed` when an output is not the media it is said to be, or cannot be marked; then no file is left behind.
 */
export async function storeOutputs(
  world: World,
  task: Task,
  outputs: readonly EngineOutput[],
  options: CallOptions,
): Promise<Artifact[]> {
  const stored: Artifact[] = [];
  const unmarked: Artifact[] = [];
  try {
    for (const output of outputs) {
      const { source } = output;
      const bytes = 'path' in source ? createReadStream(source.path) : world.fetcher.fetch(source.url, options);
      const artifact = await storeArtifact(world, task, { role: 'output', fileName: output.fileName }, bytes, options);
      // Known before it is marked: what is thrown there must not leave it behind.
      stored.push(artifact);
      if (artifact.facts.kind !== output.kind) {
        throw new GatewayError('engine_failed', `The engine gave ${artifact.facts.kind} where ${output.kind} was due.`);
      }
      const marked = await markOutput(world, task, artifact, output.isMarked ?? false, options);
      stored.splice(-1, 1, marked.artifact);
      if (marked.unmarked !== undefined) unmarked.push(marked.unmarked);
    }
    return [...stored, ...unmarked];
  } catch (error) {
    const signal = AbortSignal.timeout(10_000);
    for (const { blobKey } of [...stored, ...unmarked]) await world.blobs.remove(blobKey, { signal });
    if (error instanceof GatewayError && error.code === 'invalid_input') {
      throw new GatewayError('engine_failed', `A file that the engine made ${error.message}.`, { cause: error });
    }
    throw error;
  }
}
