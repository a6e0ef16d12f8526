/** Storing media: held against the rules of their field, decoded once, written as bytes whose record is the caller's to keep. */
import { makeArtifactId, makeFileToken } from './ids.ts';
import type { Artifact, ArtifactRole, MediaFacts } from './media.ts';
import { checkCaps, checkMedia, checkSize, type MediaUse, mediaError } from './media-rules.ts';
import type { Parameter } from './model.ts';
import type { CallOptions } from './ports.ts';
import type { Caller } from './tenant.ts';
import type { Policy, World } from './world.ts';

/** What a field asks of each of its media; `parameter` is undefined where no field asks. */
export type MediaDemand = Omit<MediaUse, 'sizeBytes'> & { readonly parameter: Parameter | undefined };

export function requireSize(sizeBytes: number, { isInline, parameter }: MediaDemand): void {
  const problem = checkSize({ sizeBytes, isInline }, parameter?.accepts ?? {});
  if (problem !== undefined) throw mediaError(problem);
}

/** Throws GatewayError `invalid_input` with the predicate of a sentence. */
export function requireMedia(facts: MediaFacts, sizeBytes: number, { parameter, ...use }: MediaDemand): void {
  const wanted = parameter?.media;
  if (facts.kind !== wanted) {
    throw mediaError({ rule: 'kind', predicate: `must be of kind ${wanted}; it is ${facts.kind}` });
  }
  const problem = checkMedia(facts, { ...use, sizeBytes }, parameter?.accepts ?? {});
  if (problem !== undefined) throw mediaError(problem);
}

type StoringWorld = Pick<World, 'blobs' | 'prober' | 'verifier' | 'clock' | 'randomBytes'> & {
  readonly policy: Pick<Policy, 'inputLifetimeMs' | 'outputLifetimeMs' | 'maximumMediaBytes'>;
};

/**
 * Stores what came for a field, after its header was held against the rules and its data were decoded once. Throws as
 * storeArtifact does.
 */
export async function storeInput(
  world: StoringWorld,
  tenant: Pick<Caller, 'tenantId'>,
  demand: MediaDemand,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: CallOptions,
): Promise<Artifact> {
  const check = (facts: MediaFacts, sizeBytes: number) => requireMedia(facts, sizeBytes, demand);
  return await storeArtifact(world, tenant, { role: 'input', check }, bytes, options);
}

/** Why bytes are stored. `check` throws when the facts of their header are not what is wanted. */
type Storing = {
  readonly role: ArtifactRole;
  readonly check?: (facts: MediaFacts, sizeBytes: number) => void;
  readonly fileName?: string | undefined;
};

/**
 * Stores and probes bytes; the record is the caller's to write. What is not an engine's output is decoded once as well.
 * Throws GatewayError `invalid_input` with the predicate of a sentence when they are not media, `payload_too_large`,
 * `storage_full`, `overloaded`; then nothing is left behind.
 */
export async function storeArtifact(
  world: StoringWorld,
  { tenantId }: Pick<Caller, 'tenantId'>,
  { role, check, fileName }: Storing,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: CallOptions,
): Promise<Artifact> {
  const { blobs, prober, verifier, clock, randomBytes, policy } = world;
  const { maximumMediaBytes: maximumBytes } = policy;
  const { key, sizeBytes, sha256 } = await blobs.write(bytes, { ...options, tenantId, maximumBytes });
  try {
    const isOurs = role === 'output';
    // A result is its owner's for good: what lies in storage is read once before anybody is told of it.
    if (isOurs) for await (const _chunk of blobs.read(key, { ...options, expected: { sizeBytes, sha256 } }));
    const facts = await prober.probe(key, sizeBytes, { ...options, isTextTaken: isOurs });
    check?.(facts, sizeBytes);
    if (!isOurs) {
      const problem = checkCaps(facts);
      if (problem !== undefined) throw mediaError(problem);
      await verifier.verify(key, sizeBytes, facts, options);
    }
    const createdAt = clock.now();
    const lifetimeMs = role === 'output' ? policy.outputLifetimeMs : policy.inputLifetimeMs;
    return {
      id: makeArtifactId(randomBytes),
      tenantId,
      role,
      token: makeFileToken(randomBytes),
      blobKey: key,
      fileName: fileName ?? `${facts.kind}.${facts.extension}`,
      sizeBytes,
      sha256,
      facts,
      createdAt,
      ...(lifetimeMs === undefined ? {} : { expiresAt: createdAt + lifetimeMs }),
    };
  } catch (error) {
    await blobs.remove(key, { signal: AbortSignal.timeout(10_000) });
    throw error;
  }
}

/**
 * Removes files that no record speaks of. The store is asked, because what it committed may be answered by an error when
 * it breaks down in between.
 */
export async function removeUnrecorded(
  { store, blobs }: Pick<World, 'store' | 'blobs'>,
  artifacts: readonly Artifact[],
): Promise<void> {
  for (const { id, tenantId, blobKey } of artifacts) {
    if ((await store.artifact(tenantId, id)) !== undefined) continue;
    // Not the caller's signal: what was written must go even when the caller has gone.
    await blobs.remove(blobKey, { signal: AbortSignal.timeout(10_000) });
  }
}
