/**
 * Checks what documents and the manifest promise: relative links lead somewhere, decision records are dated and titled, every direct
 * dependency has one, the lock is whole, every script says what it is for, and no file names a place that exists on one machine only.
 *
 * Prints one line per fault, `file: sentence`, and exits 1 if there is any.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { readCatalog } from '../src/catalog.ts';
import { historyFile, renderHistory, renderUpdatesPage, updatesPage } from './catalog-history.ts';
import { modelsPage, renderModelsPage } from './models-page.ts';

type Fault = string;
type Repository = {
  readonly files: readonly string[];
  readonly read: (file: string) => string;
  readonly exists: (path: string) => boolean;
};

export function findFaults(repository: Repository): readonly Fault[] {
  return [checkLinks, checkDecisions, checkDependencies, checkLock, checkScriptHeads, checkPlaces, checkModels].flatMap(
    (check) => check(repository),
  );
}

const markdownLink = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|(?:src|href|srcset)="([^"]+)"/g;
const fencedCode = /^(```|~~~).*?^\1/gms;

function checkLinks({ files, read, exists }: Repository): readonly Fault[] {
  return files.filter(isMarkdown).flatMap((file) =>
    [
      ...read(file)
        .replaceAll(fencedCode, '')
        .replaceAll(/`[^`\n]*`/g, '')
        .matchAll(markdownLink),
    ]
      .map((match) => match[1] ?? match[2] ?? '')
      .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link))
      .flatMap((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? file : normalize(join(dirname(file), decodeURI(path)));
        if (!exists(target)) return [`${file}: the link ${link} leads to no file`];
        if (anchor === undefined || !isMarkdown(target) || headingAnchors(read(target)).has(anchor)) return [];
        return [`${file}: the link ${link} leads to no heading`];
      }),
  );
}

/** Anchors as GitHub makes them: lower case, punctuation dropped, spaces to hyphens; a repeat gets -1, -2 and so on. */
function headingAnchors(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of markdown.replaceAll(fencedCode, '').matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const base = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    let anchor = base;
    for (let repeat = 1; anchors.has(anchor); repeat++) anchor = `${base}-${repeat}`;
    anchors.add(anchor);
  }
  return anchors;
}

const decisions = 'docs/decisions/';

function checkDecisions({ files, read }: Repository): readonly Fault[] {
  const numbers = new Map<string, string>();
  return files
    .filter((file) => file.startsWith(decisions))
    .flatMap((file) => {
      const number = /^docs\/decisions\/(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1];
      if (number === undefined) return [`${file}: a decision record is called NNNN-words-with-hyphens.md`];
      const faults: Fault[] = [];
      const twin = numbers.get(number);
      if (twin !== undefined) faults.push(`${file}: has the number of ${twin}`);
      numbers.set(number, file);
      const [title = '', ...rest] = read(file).split('\n');
      if (!title.startsWith(`# ${number} `)) faults.push(`${file}: the first line is "# ${number} " and a title`);
      if (!rest.slice(0, 3).some((line) => /\b\d{4}-\d{2}-\d{2}\b/.test(line))) {
        faults.push(`${file}: a date such as 2026-11-21 stands under the title`);
      }
      return faults;
    });
}

function checkDependencies({ files, read }: Repository): readonly Fault[] {
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string> | undefined>;
  const names = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((key) =>
    Object.entries(manifest[key] ?? {}),
  );
  const records = files.filter((file) => file.startsWith(decisions)).map(read);
  return names.flatMap(([name, version]) => [
    ...(records.some((record) => record.includes(`\`${name}\``))
      ? []
      : [`package.json: no decision record names \`${name}\``]),
    ...(/^\d+\.\d+\.\d+/.test(version) ? [] : [`package.json: ${name} is not pinned to one version`]),
  ]);
}

type LockedPackage = { readonly resolved?: string; readonly optionalDependencies?: Readonly<Record<string, string>> };

/** `npm ci` refuses a lock that leaves out a package for some other platform, and npm writes one when that was not to be had. */
function checkLock({ read }: Repository): readonly Fault[] {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, LockedPackage>> };
  const isLocked = (name: string) => Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`));
  return Object.entries(packages).flatMap(([path, { resolved, optionalDependencies = {} }]) => [
    ...(resolved === undefined ? [] : [`package-lock.json: ${path} names the host it came from`]),
    ...Object.keys(optionalDependencies)
      .filter((name) => !isLocked(name))
      .map((name) => `package-lock.json: lacks ${name}, which ${path || 'this package'} wants on some platform`),
  ]);
}

function checkScriptHeads({ files, read }: Repository): readonly Fault[] {
  return files
    .filter((file) => /^(scripts|bench|examples)\/.*\.(ts|lua)$/.test(file))
    .filter((file) => !/^(\/\*\*|\/\/|--)/.test(read(file)))
    .map((file) => `${file}: the first line says what it is for`);
}

/** Folders of the machines this was written on, and hosts that serve packages: neither means anything elsewhere. */
const machinePath = /(?<![\w.:/-])\/(?:work|root|farm)\/[\w.-]+/;
const packageHost = /https?:\/\/[^\s/"']*(?:registry|artifactory|nexus|verdaccio)[^\s/"']*/i;
const textFile = /\.(?:[cm]?[jt]sx?|json|md|ya?ml|sql|lua|html|css|sh)$|(?:^|\/)\.?[a-z]+$/i;

function checkPlaces({ files, read }: Repository): readonly Fault[] {
  return files
    .filter((file) => textFile.test(file))
    .flatMap((file) => {
      const text = read(file);
      return [machinePath, packageHost].flatMap((pattern) => {
        const found = pattern.exec(text)?.[0];
        return found === undefined ? [] : [`${file}: names ${found}, which exists on some machines only`];
      });
    });
}

function checkModels({ files, read }: Repository): readonly Fault[] {
  if (!files.includes(modelsPage)) return [];
  const catalog = readCatalog();
  const written = [
    [modelsPage, renderModelsPage(catalog.models), 'scripts/models-page.ts'],
    [updatesPage, renderUpdatesPage(catalog), 'scripts/catalog-history.ts'],
    [historyFile, renderHistory(catalog.models), 'scripts/catalog-history.ts'],
  ] as const;
  return written
    .filter(([file, text]) => !files.includes(file) || read(file) !== text)
    .map(([file, , script]) => `${file}: is not what \`node ${script}\` writes`);
}

function isMarkdown(file: string): boolean {
  return file.endsWith('.md');
}

/** What git tracks, and what it would track next. */
function openRepository(root: string): Repository {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const exists = (path: string) => existsSync(join(root, path));
  return {
    files: list.split('\0').filter((file) => file !== '' && exists(file)),
    read: (file) => readFileSync(join(root, file), 'utf8'),
    exists,
  };
}

if (import.meta.main) {
  const faults = findFaults(openRepository(process.cwd()));
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
