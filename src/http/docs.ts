/** Serves the pages of docs/ as HTML, from the machine the gateway runs on: the documents of the version that answers. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Marked } from 'marked';

export type Docs = {
  /** `path` is what stands after /docs/, such as `charging.md`; empty is the list of pages. Undefined: there is none. */
  page(path: string): Response | undefined;
};

const stylePath = 'style.css';
/** The pages hold no script and ask for nothing but their style. */
const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Pages are rendered when they are first asked for. `directory` holds Markdown files, in folders of any depth. */
export function createDocs(directory: string, style: string): Docs {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.md'))
    .sort();
  const known = new Set(names);
  const rendered = new Map<string, string>();
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  const render = (name: string) => {
    const html = rendered.get(name) ?? toPage(read(name), name, known);
    rendered.set(name, html);
    return html;
  };
  return {
    page(path) {
      if (path === stylePath) return answer(style, 'text/css; charset=utf-8');
      if (path === '') return answer(toPage(listOf(names, read), '', known), 'text/html; charset=utf-8');
      return known.has(path) ? answer(render(path), 'text/html; charset=utf-8') : undefined;
    },
  };
}

function answer(body: string, type: string): Response {
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    },
  });
}

function titleOf(markdown: string): string {
  return /^# (.+)$/m.exec(markdown)?.[1] ?? 'Framegate';
}

function listOf(names: readonly string[], read: (name: string) => string): string {
  const groups = Map.groupBy(names, (name) => posix.dirname(name));
  const sections = [...groups].map(([folder, pages]) => {
    const lines = pages.map((name) => `- [${titleOf(read(name))}](${name})`).join('\n');
    return folder === '.' ? lines : `## ${folder.replace(/^./, (first) => first.toUpperCase())}\n\n${lines}`;
  });
  return `# Framegate's documents\n\n${sections.join('\n\n')}\n`;
}

function toPage(markdown: string, name: string, known: ReadonlySet<string>): string {
  const folder = posix.dirname(name);
  const up = '../'.repeat(name.split('/').length - 1);
  const marked = new Marked({ gfm: true });
  marked.use({
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${anchorOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      // A link that leads out of the documents leads nowhere here.
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens);
        const [path = ''] = href.split('#');
        const isServed = /^https?:/.test(href) || path === '' || known.has(posix.normalize(posix.join(folder, path)));
        return isServed ? `<a href="${escapeHtml(href)}">${text}</a>` : text;
      },
      table(token) {
        const html = new Marked({ gfm: true }).parser([token]);
        return `<div class="wide">${html}</div>`;
      },
    },
  });
  const body = marked.parse(markdown, { async: false });
  const title = escapeHtml(titleOf(markdown));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="stylesheet" href="${up}${stylePath}">
<nav><a href="${up === '' ? './' : up}">Documents</a></nav>
<main>
${body}</main>
</html>
`;
}

/** As the pages link to their own headings: lower case, punctuation dropped, spaces to hyphens. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
