/** Flags beat the environment, which beats the config file, which beats the defaults; what is not known is refused. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GatewayError } from './core/errors.ts';
import { environmentName, flagName, type Setting, type SettingPath, type SettingValues, settings } from './settings.ts';

export type Origin = 'default' | `file ${string}` | `environment ${string}` | `flag ${string}`;
export type Config = {
  readonly values: SettingValues;
  readonly origins: Readonly<Record<SettingPath, Origin>>;
};

type Found = { readonly value: unknown; readonly origin: Origin };
type Source = Map<SettingPath, Found>;

const paths = Object.keys(settings) as SettingPath[];
/** Names the file itself, so it is no setting of it. */
const fileVariable = 'FRAMEGATE_CONFIG';
const fileFlag = '--config';
const fileNames = ['framegate.config.ts', 'framegate.config.js', 'framegate.config.mjs', 'framegate.config.json'];

function refuse(message: string, cause?: unknown): never {
  throw new GatewayError('invalid_request', message, { cause });
}

/** Throws GatewayError `invalid_request` that names the setting, where it came from and what is wrong. */
export async function loadConfig(
  flags: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  directory: string,
): Promise<Config> {
  const { file: fileFromFlag, source: fromFlags } = readFlags(flags);
  // Compose files and shells cannot always unset a variable; an empty one means the same.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const fromEnvironment = readEnvironment(given);
  const fromFile = await readFile(fileFromFlag ?? given[fileVariable], directory);
  const entries = paths.map((path): [SettingPath, Found] => {
    const setting: Setting = settings[path];
    const found = fromFlags.get(path) ?? fromEnvironment.get(path) ?? fromFile.get(path);
    if (found === undefined) return [path, { value: setting.default, origin: 'default' }];
    return [path, { value: checkValue(path, setting, found), origin: found.origin }];
  });
  const values = Object.fromEntries(entries.map(([path, { value }]) => [path, value])) as SettingValues;
  const origins = Object.fromEntries(entries.map(([path, { origin }]) => [path, origin])) as Config['origins'];
  return Object.freeze({ values: Object.freeze(values), origins: Object.freeze(origins) });
}

function readFlags(flags: readonly string[]): { file: string | undefined; source: Source } {
  const source: Source = new Map();
  let file: string | undefined;
  for (let index = 0; index < flags.length; index += 1) {
    const [name = '', attached] = (flags[index] ?? '').split(/=(.*)/s);
    const path = paths.find((candidate) => flagName(candidate) === name);
    if (path === undefined && name !== fileFlag) refuse(`${name} is not a flag; \`framegate help\` lists them.`);
    const value = attached ?? flags[++index];
    if (value === undefined) refuse(`${name} needs a value.`);
    if (path === undefined) file = value;
    else if (settings[path].kind === 'secret') {
      refuse(
        `${name} may not be a flag, for others can read the command lines of a machine; use ${environmentName(path)}.`,
      );
    } else source.set(path, { value, origin: `flag ${name}` });
  }
  return { file, source };
}

function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Source {
  const source: Source = new Map();
  const known = new Set<string>([fileVariable]);
  for (const path of paths) {
    const name = environmentName(path);
    known.add(name);
    const value = environment[name];
    if (value !== undefined) source.set(path, { value, origin: `environment ${name}` });
    if (settings[path].kind !== 'secret') continue;
    known.add(`${name}_FILE`);
    const file = environment[`${name}_FILE`];
    if (file === undefined) continue;
    if (value !== undefined) refuse(`${name} and ${name}_FILE are both set; only one may be.`);
    source.set(path, { value: readSecretFile(`${name}_FILE`, file), origin: `environment ${name}_FILE` });
  }
  const unknown = Object.keys(environment).find((name) => name.startsWith('FRAMEGATE_') && !known.has(name));
  if (unknown !== undefined) refuse(`${unknown} is set, but there is no such setting; \`framegate help\` lists them.`);
  return source;
}

function readSecretFile(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd();
  } catch (error) {
    return refuse(`${name} names a file that cannot be read.`, error);
  }
}

async function readFile(named: string | undefined, directory: string): Promise<Source> {
  const file = named ?? fileNames.find((name) => existsSync(join(directory, name)));
  if (file === undefined) return new Map();
  const path = resolve(directory, file);
  const origin: Origin = `file ${file}`;
  let content: unknown;
  try {
    content = path.endsWith('.json')
      ? JSON.parse(readFileSync(path, 'utf8'))
      : ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
  } catch (error) {
    refuse(
      `The config file ${file} cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}.`,
      error,
    );
  }
  return new Map(flatten(content, '', file).map(([setting, value]) => [setting, { value, origin }]));
}

/** `{"preview": {"price": "list"}}` and `{"preview.price": "list"}` are the same. */
function flatten(content: unknown, prefix: string, file: string): [SettingPath, unknown][] {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    refuse(`${prefix === '' ? `The config file ${file}` : `${prefix} in ${file}`} must be an object.`);
  }
  return Object.entries(content).flatMap(([name, value]): [SettingPath, unknown][] => {
    const full = prefix === '' ? name : `${prefix}.${name}`;
    const path = paths.find((candidate) => candidate === full);
    if (path !== undefined) return [[path, value]];
    if (paths.some((candidate) => candidate.startsWith(`${full}.`))) return flatten(value, full, file);
    return refuse(`${full} in ${file} is no setting; \`framegate help\` lists them.`);
  });
}

/** Text of flags and the environment is read as the setting's type; values of a file must have it. */
function checkValue(path: SettingPath, setting: Setting, { value, origin }: Found): unknown {
  const isText = !origin.startsWith('file') && typeof value === 'string';
  const wrong = (rule: string) => refuse(`${path} (${origin}) ${rule}.`);
  switch (setting.kind) {
    case 'integer': {
      const number = isText && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
      const { minimum, maximum } = setting;
      if (typeof number === 'number' && Number.isInteger(number) && number >= minimum && number <= maximum)
        return number;
      return wrong(`must be a whole number from ${minimum} to ${maximum}`);
    }
    case 'switch': {
      const read = isText ? ({ true: true, false: false } as Record<string, unknown>)[value] : value;
      return typeof read === 'boolean' ? read : wrong('must be true or false');
    }
    case 'choice':
      return setting.choices.includes(value as string) ? value : wrong(`must be one of ${setting.choices.join(', ')}`);
    case 'list': {
      const read = isText
        ? value
            .split(',')
            .map((item) => item.trim())
            .filter((item) => item !== '')
        : value;
      if (Array.isArray(read) && read.every((item) => typeof item === 'string')) return read;
      return wrong('must be a list of texts');
    }
    case 'secret':
      if (typeof value === 'string' && /^[\x21-\x7e]{16,128}$/.test(value)) return value;
      return wrong('must be 16 to 128 printable characters without spaces');
    case 'text':
      return typeof value === 'string' ? value : wrong('must be a text');
  }
}

/** The effective configuration as it may be shown: each setting with its value and origin, secrets left out. */
export function describeConfig({ values, origins }: Config): Record<string, { value: unknown; origin: Origin }> {
  return Object.fromEntries(
    paths.map((path) => {
      const isHidden = settings[path].kind === 'secret' && values[path] !== '';
      return [path, { value: isHidden ? '(hidden)' : values[path], origin: origins[path] }];
    }),
  );
}
