/** Seals small texts with AES-256-GCM, under a key that HKDF draws from the server's secret (RFC 5869, SP 800-38D). */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { GatewayError } from './core/errors.ts';
import type { Sealer } from './core/media-ports.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
/** Names the form, so that another can follow. */
const form = 'v1.';

/** `purpose` separates the keys that one secret gives. */
export function createSealer(secret: string, purpose: string): Sealer {
  const key = new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), purpose, 32));
  return {
    seal(text, context) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return form + sealed.toString('base64url');
    },
    open(sealed, context) {
      try {
        if (!sealed.startsWith(form)) throw new Error('the form is unknown');
        const bytes = Buffer.from(sealed.slice(form.length), 'base64url');
        const nonce = bytes.subarray(0, nonceBytes);
        const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
          .setAAD(Buffer.from(context))
          .setAuthTag(bytes.subarray(-tagBytes));
        return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString();
      } catch (cause) {
        throw new GatewayError('internal', 'A sealed text does not open: was the secret of this server replaced?', {
          cause,
        });
      }
    },
  };
}
