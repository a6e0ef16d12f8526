/** Uploads, whole or in pieces. Both end in the same place: stored, probed, decoded once, and kept once per tenant. */
import { GatewayError } from './errors.ts';
import { makeUploadId, type UploadId } from './ids.ts';
import type { Artifact } from './media.ts';
import type { PartialFiles } from './media-ports.ts';
import type { CallOptions } from './ports.ts';
import { removeUnrecorded, storeArtifact } from './store-media.ts';
import type { Caller } from './tenant.ts';
import { cleanFileStem, type UploadSession } from './upload-session.ts';
import type { World } from './world.ts';

/** More than a client sends at once; each is a file and a row, however small it says it is. */
const maximumOpenSessions = 100;

/** Every one throws GatewayError `not_found` for an id that is unknown, foreign or expired. */
export type UploadSessions = {
  /** Throws GatewayError `payload_too_large`, `storage_full`, `rate_limited` when too many are open. */
  begin(
    caller: Caller,
    file: { readonly sizeBytes: number; readonly fileName: string | undefined },
  ): Promise<UploadSession>;
  session(caller: Caller, id: UploadId): Promise<UploadSession>;
  /**
   * Adds a piece. What arrived before a stream broke off is kept. Throws GatewayError `conflict` when the session is not
   * at `offset`, is complete, or another request is at it; `payload_too_large` when the piece ends beyond the file,
   * `storage_full`, and what the stream throws.
   */
  append(caller: Caller, id: UploadId, piece: Piece): Promise<UploadSession>;
  /** Makes the artifact; a repeat gives the same one. Throws as Gateway.upload does, and `conflict` as append does. */
  complete(caller: Caller, id: UploadId, options: CallOptions): Promise<Artifact>;
  /**
   * Makes the artifact of a whole file at once, which may be shorter than was announced: for who holds a link whose
   * signature was checked. Throws as Gateway.upload does, and `conflict` when something has arrived before.
   */
  fill(id: UploadId, bytes: AsyncIterable<Uint8Array>, options: CallOptions): Promise<Artifact>;
  /** Removes what arrived; the artifact of a complete one stays. */
  remove(caller: Caller, id: UploadId): Promise<void>;
};

export type Piece = {
  readonly offset: number;
  /** Undefined when the client does not say how much comes. */
  readonly sizeBytes: number | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
};

type Source = {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly session?: Pick<UploadSession, 'id' | 'fileStem'>;
};

/** Throws as Gateway.upload does; then nothing is left behind. */
export async function storeUpload(
  world: World,
  caller: Pick<Caller, 'tenantId'>,
  { bytes, session }: Source,
  options: CallOptions,
): Promise<Artifact> {
  const { store, policy } = world;
  const stored = await storeArtifact(world, caller, { role: 'upload' }, bytes, options).catch((error: unknown) => {
    if (!(error instanceof GatewayError) || error.code !== 'invalid_input') throw error;
    throw new GatewayError('invalid_input', `The file ${error.message}.`, { cause: error });
  });
  const stem = session?.fileStem ?? '';
  const artifact = stem === '' ? stored : { ...stored, fileName: `${stem}.${stored.facts.extension}` };
  try {
    const sameId = await store.insertUpload(artifact, policy.uploadQuotaBytes, session?.id);
    if (sameId === undefined) return artifact;
    await removeUnrecorded(world, [artifact]);
    const same = await store.artifact(caller.tenantId, sameId);
    if (same === undefined) throw new GatewayError('not_found', 'The file was deleted meanwhile.');
    return same;
  } catch (error) {
    await removeUnrecorded(world, [artifact]);
    throw error;
  }
}

type Parts = { readonly store: World['store']; readonly partials: PartialFiles };

/** Removes an open session, or the rest of a complete one. Idempotent; the file goes first, so a row always tells of it. */
export async function removeUploadSession(
  { store, partials }: Parts,
  { id }: Pick<UploadSession, 'id'>,
): Promise<void> {
  await partials.remove(id);
  await store.deleteUploadSession(id);
}

/** Removes files of sessions that a killed process began and never wrote down. Only before the server listens. */
export async function removeLostUploads({ store, partials }: Parts): Promise<void> {
  for (const id of await partials.list()) {
    const session = await store.uploadSession(undefined, id);
    if (session === undefined || session.artifactId !== null) await partials.remove(id);
  }
}

export function createUploadSessions(
  world: World,
  partials: PartialFiles,
  { lifetimeMs }: { readonly lifetimeMs: number },
): UploadSessions {
  const { store, clock, policy, randomBytes } = world;
  /** One process owns the data directory, so what is written by whom is known here. */
  const busy = new Set<UploadId>();

  /** `owner` undefined: whoever's it is. */
  const read = async (owner: Pick<Caller, 'tenantId'> | undefined, id: UploadId): Promise<UploadSession> => {
    const found = await store.uploadSession(owner?.tenantId, id);
    if (found !== undefined && found.expiresAt > clock.now()) return found;
    throw new GatewayError('not_found', 'There is no upload of this id that this key may see.');
  };

  /** Throws GatewayError `conflict` while somebody else is at it. */
  async function alone<Result>(
    caller: Caller | undefined,
    id: UploadId,
    work: (current: UploadSession) => Promise<Result>,
  ) {
    // A foreign id must not tell whether somebody is at it.
    await read(caller, id);
    if (busy.has(id)) throw new GatewayError('conflict', 'Another request is at this upload.');
    busy.add(id);
    try {
      return await work(await read(caller, id));
    } finally {
      busy.delete(id);
    }
  }

  return {
    async begin({ tenantId }, { sizeBytes, fileName }) {
      if (sizeBytes > policy.maximumMediaBytes) throw tooLarge(sizeBytes, policy.maximumMediaBytes);
      const begun: UploadSession = {
        id: makeUploadId(randomBytes),
        tenantId,
        sizeBytes,
        receivedBytes: 0,
        fileStem: fileName === undefined ? '' : cleanFileStem(fileName),
        artifactId: null,
        expiresAt: clock.now() + lifetimeMs,
      };
      await partials.create(begun.id);
      try {
        await store.insertUploadSession(begun, policy.uploadQuotaBytes, maximumOpenSessions);
      } catch (error) {
        // What was committed may be answered by an error when the store breaks down in between.
        await removeUploadSession({ store, partials }, begun);
        throw error;
      }
      return begun;
    },
    session: read,
    append: (caller, id, { offset, sizeBytes: pieceBytes = 0, bytes }) =>
      alone(caller, id, async (current) => {
        if (current.artifactId !== null) throw new GatewayError('conflict', 'The upload is complete.');
        if (current.receivedBytes !== offset) {
          throw new GatewayError('conflict', `The upload is at offset ${current.receivedBytes}, not ${offset}.`);
        }
        const roomBytes = current.sizeBytes - offset;
        if (pieceBytes > roomBytes) throw tooLarge(offset + pieceBytes, current.sizeBytes);
        await partials.append(id, offset, atMost(bytes, roomBytes), async (endOffset) => {
          if (await store.advanceUploadSession(id, endOffset)) return;
          throw new GatewayError('not_found', 'The upload was deleted meanwhile.');
        });
        return await read(caller, id);
      }),
    complete: (caller, id, options) =>
      alone(caller, id, async (current) => {
        const { artifactId, receivedBytes, sizeBytes } = current;
        if (artifactId !== null) {
          const made = await store.artifact(caller.tenantId, artifactId);
          if (made === undefined) throw new GatewayError('not_found', 'The file was deleted meanwhile.');
          return made;
        }
        if (receivedBytes < sizeBytes) {
          throw new GatewayError('conflict', `The upload is at offset ${receivedBytes} of ${sizeBytes}.`);
        }
        const artifact = await storeUpload(
          world,
          caller,
          { bytes: partials.read(id, options), session: current },
          options,
        );
        await partials.remove(id);
        return artifact;
      }),
    fill: (id, bytes, options) =>
      alone(undefined, id, async (current) => {
        if (current.artifactId !== null || current.receivedBytes > 0) {
          throw new GatewayError('conflict', 'Something was uploaded here before.');
        }
        const limited = atMost(bytes, current.sizeBytes);
        const artifact = await storeUpload(world, current, { bytes: limited, session: current }, options);
        await partials.remove(id);
        return artifact;
      }),
    async remove(caller, id) {
      await removeUploadSession({ store, partials }, await read(caller, id));
    },
  };
}

function tooLarge(sizeBytes: number, maximumBytes: number): GatewayError {
  return new GatewayError('payload_too_large', `${sizeBytes} bytes are more than the ${maximumBytes} that are taken.`);
}

/** The chunk that goes beyond is not passed on. */
async function* atMost(bytes: AsyncIterable<Uint8Array>, maximumBytes: number): AsyncIterable<Uint8Array> {
  let seen = 0;
  for await (const chunk of bytes) {
    seen += chunk.byteLength;
    if (seen > maximumBytes) throw new GatewayError('payload_too_large', 'The piece ends beyond the announced size.');
    yield chunk;
  }
}
