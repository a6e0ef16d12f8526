/** What media are, as far as core knows: kinds, facts read from the bytes, and the record of one stored file. */
import type { ArtifactId, BlobKey, FileToken, TenantId } from './ids.ts';

/** An archive, a 3D mesh and a text are stored and served, and never looked into. */
export const mediaKinds = ['image', 'video', 'audio', 'archive', 'mesh', 'text'] as const;
export type MediaKind = (typeof mediaKinds)[number];

/** Of one picture or frame: above any photograph of a telephone, below what fills a decoder's memory. */
export const maximumPixels = 50_000_000;

/** Facts read from the bytes themselves; a declared type or a file name never decides. */
export type MediaFacts = {
  readonly kind: MediaKind;
  /** The type we serve it with, such as `image/png`. */
  readonly mediaType: string;
  /** The file extension without a dot, such as `png`. */
  readonly extension: string;
  /** Coded size in pixels before any rotation; absent for what is no picture. */
  readonly width?: number;
  readonly height?: number;
  /** As EXIF counts it, 1..8, of pictures and films; absent when the file says nothing. */
  readonly orientation?: number;
  /** Whether it has transparency; absent where nobody asks. */
  readonly hasAlpha?: boolean;
  /** Of a film or an animated picture. */
  readonly frames?: number;
  /** Rounded up, so that comparing it with a limit in whole milliseconds is exact. */
  readonly durationMs?: number;
  readonly frameRate?: number;
  readonly videoCodec?: string;
  readonly audioCodec?: string;
};

export const artifactRoles = ['input', 'output', 'upload'] as const;
export type ArtifactRole = (typeof artifactRoles)[number];

/** What is made of a picture or a film, to be shown in its place: `poster` is a film's first frame in full size. */
export const previewNames = ['thumbnail', 'poster'] as const;
export type PreviewName = (typeof previewNames)[number];
export const previewFileNames: Readonly<Record<PreviewName, string>> = {
  thumbnail: 'thumbnail.webp',
  poster: 'poster.jpg',
};

/** Lies in blob storage beside the blob it was made from. */
export type Preview = Digest & { readonly mediaType: string; readonly width: number; readonly height: number };

export type Previews = { readonly [Name in PreviewName]?: Preview } & {
  /** https://blurha.sh of the thumbnail. */
  readonly blurhash: string;
};

/** How large a file is and what it holds: SHA-256 in lower-case hex. */
export type Digest = { readonly sizeBytes: number; readonly sha256: string };

/** The record of one stored media file. Its bytes lie in blob storage under `blobKey`. */
export type Artifact = {
  readonly id: ArtifactId;
  readonly tenantId: TenantId;
  readonly role: ArtifactRole;
  readonly token: FileToken;
  readonly blobKey: BlobKey;
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Lower-case hex of the SHA-256 of the bytes. */
  readonly sha256: string;
  readonly facts: MediaFacts;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** When a sweep may remove it; undefined means never. */
  readonly expiresAt?: number;
  /** Absent until they are made, which is after the result, and where none can be. */
  readonly previews?: Previews;
};

/** Shown by browsers in the page; whatever else is only ever saved. */
export const shownKinds: ReadonlySet<MediaKind> = new Set(['image', 'video', 'audio']);

/** Results that can be seen get previews; inputs are seen by the engine alone. */
export function isPreviewDue({ role, facts }: Pick<Artifact, 'role' | 'facts'>): boolean {
  return role === 'output' && (facts.kind === 'image' || facts.kind === 'video');
}
