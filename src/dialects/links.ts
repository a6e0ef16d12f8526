/** Makes the links that dialects hand out. */

import { previewFileNames, shownKinds } from '../core/media.ts';
import { defaultLinkMs, type LinkSigner, makeTicket, previewTicketName } from '../core/own-links.ts';
import type { Clock } from '../core/ports.ts';
import type { Links } from './dialect.ts';

/** `base` is known once the server listens, and ends without a slash. */
export function createLinks(base: () => string, signer: LinkSigner, clock: Clock): Links {
  return {
    to: (path) => base() + path,
    file: ({ token, fileName }) => `${base()}/files/${token}/${encodeURIComponent(fileName)}`,
    signed({ id: artifactId, fileName, facts }, lifetimeMs = defaultLinkMs, { isDownload = false } = {}) {
      const disposition = isDownload || !shownKinds.has(facts.kind) ? 'attachment' : 'inline';
      const expiresAt = clock.now() + lifetimeMs;
      const ticket = makeTicket({ artifactId, fileName, expiresAt, disposition }, signer);
      return { url: `${base()}/files/signed/${ticket}/${encodeURIComponent(fileName)}`, expiresAt };
    },
    signedPreview({ id: artifactId }, name, lifetimeMs) {
      const fileName = previewTicketName(previewFileNames[name]);
      const grant = { artifactId, fileName, expiresAt: clock.now() + lifetimeMs, disposition: 'inline' } as const;
      return `${base()}/files/signed/${makeTicket(grant, signer)}/${fileName}`;
    },
    preview: ({ token }, name) => `${base()}/files/${token}/previews/${previewFileNames[name]}`,
  };
}
