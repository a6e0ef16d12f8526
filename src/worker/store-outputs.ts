/** Copies what an engine made into our own storage: nothing succeeds before its bytes are ours, probed and hashed. */
import { createReadStream } from 'node:fs';
import { GatewayError } from '../core/errors.ts';
import type { Artifact } from '../core/media.ts';
import type { CallOptions, EngineOutput } from '../core/ports.ts';
import { storeArtifact, type World } from '../core/submit.ts';
import type { Task } from '../core/task.ts';

/** Throws GatewayError `engine_failed` when an output is not the media it is said to be; then no file is left behind. */
export async function storeOutputs(
  world: World,
  task: Task,
  outputs: readonly EngineOutput[],
  options: CallOptions,
): Promise<Artifact[]> {
  const stored: Artifact[] = [];
  try {
    for (const output of outputs) {
      const { source } = output;
      const bytes = 'path' in source ? createReadStream(source.path) : world.fetcher.fetch(source.url, options);
      const artifact = await storeArtifact(world, task, { role: 'output', fileName: output.fileName }, bytes, options);
      stored.push(artifact);
      if (artifact.facts.kind !== output.kind) {
        throw new GatewayError('engine_failed', `The engine gave ${artifact.facts.kind} where ${output.kind} was due.`);
      }
    }
    return stored;
  } catch (error) {
    for (const { blobKey } of stored) await world.blobs.remove(blobKey, { signal: AbortSignal.timeout(10_000) });
    if (error instanceof GatewayError && error.code === 'invalid_input') {
      throw new GatewayError('engine_failed', `A file that the engine made ${error.message}.`, { cause: error });
    }
    throw error;
  }
}
