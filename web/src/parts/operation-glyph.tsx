/** What goes in and what comes out, as two small drawings: a line of text becomes a film. */
import type { ReactNode } from 'react';

type Shape = 'text' | 'image' | 'video' | 'audio' | '3d';

const shapes: Readonly<Record<Shape, ReactNode>> = {
  text: <path d="M2 4.5h10M2 8h10M2 11.5h6" />,
  image: (
    <>
      <rect x="1.5" y="3" width="11" height="10" rx="1" />
      <path d="m2 11 3-3 2.2 2.2L9 8.5l3 2.8" />
    </>
  ),
  video: (
    <>
      <rect x="1.5" y="3" width="11" height="10" rx="1" />
      <path d="M4 3v10M10 3v10M1.5 6.3H4M1.5 9.7H4M10 6.3h2.5M10 9.7h2.5" />
    </>
  ),
  audio: <path d="M2 7v2M4.5 5v6M7 3v10M9.5 5.5v5M12 7v2" />,
  '3d': <path d="m7 2 5 2.8v6L7 13.8l-5-3v-6zM2 4.8l5 2.9 5-2.9M7 7.7v6" />,
};

const inputWords: readonly (readonly [RegExp, Shape])[] = [
  [/^text-/, 'text'],
  [/^(image|reference|start-end|multiframe|template|identify|create-subject)/, 'image'],
  [/^(audio|clone|separate|lip)/, 'audio'],
  [/video/, 'video'],
  [/image/, 'image'],
];

function inputOf(operation: string): Shape {
  return inputWords.find(([word]) => word.test(operation))?.[1] ?? 'text';
}

export function OperationGlyph({ operation, output }: { readonly operation: string; readonly output: Shape }) {
  return (
    <svg className="glyph" viewBox="0 0 38 16" aria-hidden="true" focusable="false">
      <g>{shapes[inputOf(operation)]}</g>
      <path d="M16.5 8h5M19.5 6l2 2-2 2" />
      <g transform="translate(24 0)">{shapes[output]}</g>
    </svg>
  );
}
