/** What this engine truly does, and what it says of everything else. */
import type { Operation } from '../../core/operations.ts';

export const previewOperations = [
  ...(['text-to-image', 'image-to-image', 'reference-to-image', 'upscale-image'] as const),
  ...(['text-to-video', 'image-to-video', 'start-end-to-video', 'reference-to-video'] as const),
  ...(['extend-video', 'upscale-video', 'interpolate-video'] as const),
] as const satisfies readonly Operation[];
export type PreviewOperation = (typeof previewOperations)[number];

export function isPreviewOperation(operation: string): operation is PreviewOperation {
  return (previewOperations as readonly string[]).includes(operation);
}

/** By how an operation's name ends or is called: what an engine that does it has to be able to. */
const needs: readonly (readonly [pattern: RegExp, engine: string])[] = [
  [/^motion-control$/, 'an engine that carries movement from one figure over to another'],
  [/^lip-sync$/, 'an engine that moves mouths with speech'],
  [/^edit-|^erase-|^denoise-/, 'a generative engine that edits by instruction'],
  [/^audio-to-video$/, 'a generative engine that follows sound'],
  [/audio|music|speech|voice/, 'an engine that makes sound'],
  [/-3d$|-world$/, 'an engine that makes three-dimensional things'],
  [/-text$|^translate-/, 'a language model'],
];

/** The sentence that refuses an operation and says which engine it needs. */
export function refusalOf(operation: string): string {
  const engine = needs.find(([pattern]) => pattern.test(operation))?.[1] ?? 'a generative engine';
  return `The preview engine cannot do ${operation}: it needs ${engine}, such as a vendor's or one of your own.`;
}
