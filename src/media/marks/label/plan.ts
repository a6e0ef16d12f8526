/** What a format's writer answers. */
import type { Edit } from '../format/edits.ts';

export type LabelPlan =
  | { readonly state: 'labelled'; readonly edits: readonly Edit[] }
  /** It carries such a label already; whoever made the file knows best. */
  | { readonly state: 'has label' }
  /** It carries a C2PA manifest, which is bound to its bytes: any edit would make it a forgery. */
  | { readonly state: 'is signed' };

/** Metadata packets above this are not looked into. */
export const maximumPacketBytes = 4 * 1024 * 1024;
