/** docs/preview-quality.md, whole. */
import type { Table } from './quality.ts';

export type Section = { readonly title: string; readonly text: string; readonly table: Table };

/** Characters that a terminal or an editor shows two columns wide do not occur in the tables. */
function markdown([heading = [], ...rows]: Table): string {
  const widths = heading.map((_, column) =>
    Math.max(3, ...[heading, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(heading), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}

export function writePage(machine: readonly string[], version: string, sections: readonly Section[]): string {
  const intro = [
    "# What the preview engine's results are like",
    '',
    '`npm run bench:preview` measured and wrote this page; do not edit it. Every figure stands beside its target, and was',
    'taken from finished files by programs that know nothing of the engine: ffmpeg decodes, and measures of our own',
    '([tests/support](../tests/support)), which have tests of their own, look at the frames.',
    '',
    `Engine version ${version}.`,
    '',
    ...machine.map((line) => `- ${line}`),
    '',
  ];
  const parts = sections.flatMap(({ title, text, table }) => [
    `## ${title}`,
    '',
    ...wrap(text),
    '',
    markdown(table),
    '',
  ]);
  return `${[...intro, ...parts].join('\n').trimEnd()}\n`;
}

const lineWidth = 118;

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > lineWidth) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
