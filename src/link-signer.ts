/** Signs links that end. Two secrets are valid at once, so that the older one can leave without breaking fresh links. */
import { createHmac } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LinkSigner } from './core/own-links.ts';

export type RotatingSigner = LinkSigner & {
  /** From now on a new secret signs; the one before is still valid, and the one before that no more. */
  rotate(): void;
};

export type SignerOptions = {
  /** Holds `link-secrets` once they were rotated. */
  readonly directory: string;
  /** Signs until then. */
  readonly firstSecret: string;
  readonly makeSecret: () => string;
  /** In constant time. */
  readonly isEqual: (one: string, other: string) => boolean;
};

export function openLinkSigner({ directory, firstSecret, makeSecret, isEqual }: SignerOptions): RotatingSigner {
  const path = join(directory, 'link-secrets');
  /** Newest first, at most two. */
  let secrets = readSecrets(path) ?? [firstSecret];
  const signWith = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('base64url');
  return {
    sign: (text) => signWith(secrets[0] ?? firstSecret, text),
    // Every secret is tried, so that the time does not tell which one signed.
    isGenuine: (text, signature) =>
      secrets.map((secret) => isEqual(signWith(secret, text), signature)).some((isThisOne) => isThisOne),
    rotate() {
      const next = [makeSecret(), ...secrets].slice(0, 2);
      const partial = `${path}.partial`;
      writeFileSync(partial, `${next.join('\n')}\n`, { mode: 0o600 });
      renameSync(partial, path);
      secrets = next;
    },
  };
}

function readSecrets(path: string): string[] | undefined {
  try {
    return readFileSync(path, 'utf8').trim().split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
