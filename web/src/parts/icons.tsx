/** Small drawings: lines of one weight, in the colour of the text around them. */
import type { ReactNode } from 'react';

const drawings = {
  search: (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3.5 3.5" />
    </>
  ),
  dice: (
    <>
      <rect x="2.5" y="2.5" width="11" height="11" rx="2.5" />
      <path d="M5.8 5.8h.01M10.2 10.2h.01M10.2 5.8h.01M5.8 10.2h.01" strokeWidth="2" />
    </>
  ),
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  up: <path d="M8 13V3M4 7l4-4 4 4" />,
  down: <path d="M8 3v10M4 9l4 4 4-4" />,
  add: <path d="M8 3v10M3 8h10" />,
  download: <path d="M8 2.5v8M4.5 7.5 8 11l3.5-3.5M3 13.5h10" />,
  again: <path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3" />,
  use: <path d="M3 8h9M8.5 4 12.5 8l-4 4M3 3v10" />,
  zoom: <path d="M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5 9 7M2.5 13.5 7 9" />,
  picture: (
    <>
      <rect x="2" y="3" width="12" height="10" rx="1.5" />
      <path d="m2.5 11.5 3.2-3.2 2.4 2.4 2-2 3.4 3.3" />
    </>
  ),
  previousFrame: <path d="M11.5 3.5v9L5 8zM4 3.5v9" />,
  nextFrame: <path d="M4.5 3.5v9L11 8zM12 3.5v9" />,
  minus: <path d="M3 8h10" />,
  compare: <path d="M6 4 2.5 8 6 12M10 4l3.5 4-3.5 4" />,
  models: <path d="M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h4v4h-4z" />,
  mesh: <path d="m8 2 5.5 3v6L8 14l-5.5-3V5zM2.5 5 8 8l5.5-3M8 8v6" />,
  check: <path d="m3 8.5 3.5 3.5L13 4.5" />,
  crop: <path d="M4.5 1.5v10h10M1.5 4.5h10v10" />,
  menu: <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />,
  left: <path d="M10 3 5 8l5 5" />,
  right: <path d="m6 3 5 5-5 5" />,
} as const satisfies Readonly<Record<string, ReactNode>>;

export function Icon({ name }: { readonly name: keyof typeof drawings }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {drawings[name]}
    </svg>
  );
}
