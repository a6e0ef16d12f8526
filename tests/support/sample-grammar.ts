/** Reads request samples by the grammars of editors: where they break the rules of their language, and what their texts say. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { Node, Parser as ParserType } from '@vscode/tree-sitter-wasm';
import type { LanguageName } from '../../web/src/api/languages.ts';

// Optimizing the tables of Swift's grammar takes more memory than V8 allows a compiler, which ends the process.
for (const flag of ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);

// Its names are those of a script, which `import` does not find.
const { Language, Parser } = createRequire(import.meta.url)(
  '@vscode/tree-sitter-wasm',
) as typeof import('@vscode/tree-sitter-wasm');

type Grammar = {
  readonly url: string;
  /** Of what the grammar calls a text with its quotes: the text that a program gets, from how it is written. */
  readonly texts: Readonly<Record<string, (written: string) => string>>;
};

/** With the escapes of JSON, which are the language's own as well. */
const readEscaped = (written: string): string => JSON.parse(written) as string;
/** Without the lines of three quotes. */
const readBlock = (written: string): string => written.slice('"""\n'.length, -'\n"""'.length);

const grammars = {
  java: {
    url: import.meta.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-java.wasm'),
    texts: { string_literal: readEscaped },
  },
  go: {
    url: import.meta.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-go.wasm'),
    texts: { interpreted_string_literal: readEscaped, raw_string_literal: (written) => written.slice(1, -1) },
  },
  csharp: {
    url: import.meta.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-c-sharp.wasm'),
    texts: { raw_string_literal: readBlock },
  },
  swift: {
    url: import.meta.resolve('tree-sitter-wasms/out/tree-sitter-swift.wasm'),
    texts: { multi_line_string_literal: (written) => readBlock(written).replaceAll('\\\\', '\\') },
  },
  objectivec: {
    url: import.meta.resolve('tree-sitter-wasms/out/tree-sitter-objc.wasm'),
    texts: { string_literal: (written) => readEscaped(written.replace(/^@/, '')) },
  },
  ocaml: {
    url: import.meta.resolve('tree-sitter-wasms/out/tree-sitter-ocaml.wasm'),
    texts: { string: readEscaped },
  },
  dart: {
    url: import.meta.resolve('tree-sitter-wasms/out/tree-sitter-dart.wasm'),
    texts: {
      string_literal: (written) => (written.startsWith('"') ? readEscaped(written.replaceAll('\\$', '$')) : written),
    },
  },
  r: {
    url: import.meta.resolve('@davisvaughan/tree-sitter-r/tree-sitter-r.wasm'),
    texts: { string: (written) => readEscaped(written.replaceAll('\n', '\\n').replaceAll('\t', '\\t')) },
  },
} as const satisfies Partial<Record<LanguageName, Grammar>>;

type Readable = keyof typeof grammars;
export const readable = Object.keys(grammars) as Readable[];

export type Reading = {
  /** Places that the grammar cannot make sense of, such as `3:12 ERROR "}"`; lines and columns from 1. */
  readonly faults: readonly string[];
  /** What the language puts into a text when the program runs, as it is written. */
  readonly filledIn: readonly string[];
  /** What the texts say that may hold a prompt; none where there are faults. */
  readonly texts: readonly string[];
};

export type SampleReader = Disposable & { read(code: string): Reading };

export async function openSampleReader(language: Readable): Promise<SampleReader> {
  const { url, texts }: Grammar = grammars[language];
  await Parser.init();
  const parser: ParserType = new Parser();
  parser.setLanguage(await Language.load(fileURLToPath(url)));
  return {
    read(code) {
      const tree = parser.parse(code);
      if (tree === null) throw new Error('The parser was stopped.');
      try {
        const nodes = allNodes(tree.rootNode);
        const faults = nodes.filter(({ isError, isMissing }) => isError || isMissing).map(describeFault);
        const filledIn = nodes.filter(({ type }) => /interpolated_expression|substitution/.test(type));
        return {
          faults,
          filledIn: filledIn.map(({ text }) => text),
          texts: faults.length > 0 ? [] : nodes.flatMap(({ type, text }) => texts[type]?.(text) ?? []),
        };
      } finally {
        tree.delete();
      }
    },
    [Symbol.dispose]: () => parser.delete(),
  };
}

function allNodes(node: Node): readonly Node[] {
  return [node, ...node.children.flatMap((child) => (child === null ? [] : allNodes(child)))];
}

function describeFault({ type, text, isMissing, startPosition: { row, column } }: Node): string {
  return `${row + 1}:${column + 1} ${isMissing ? `no ${type}` : `${type} ${JSON.stringify(text)}`}`;
}
