/**
 * Brings the Debian packages that tests and benchmarks need: `node scripts/system-packages.ts test bench`.
 *
 * As root on a machine with apt-get it installs what is missing; anyone else is told what is missing and the one command
 * that mends it. Exits 1 when something stays missing. Costs a few file look-ups when nothing is.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** `proofs` are commands looked up on PATH, or files when they start with a slash; all must be there. */
type SystemPackage = { readonly name: string; readonly proofs: readonly string[]; readonly neededFor: string };

/** One row per Debian package, by the group that asks for it. */
const groups = {
  test: [
    {
      name: 'ffmpeg',
      proofs: ['ffmpeg', 'ffprobe'],
      neededFor: 'decoding uploads in a child with limits, and judging results by a program that is not ours',
    },
    {
      name: 'libimage-exiftool-perl',
      proofs: ['exiftool'],
      neededFor: 'reading marks in files back, and writing camera metadata, by a program that is not ours',
    },
    {
      name: 'openssl',
      proofs: ['openssl'],
      neededFor: 'making the certificates of servers that tests download from',
    },
    {
      name: 'chromium',
      proofs: ['chromium'],
      neededFor: 'looking at our pages as a visitor does',
    },
    {
      name: 'util-linux',
      proofs: ['unshare'],
      neededFor: 'a network of its own for the URLs that must never be followed',
    },
    {
      name: 'iproute2',
      proofs: ['ip'],
      neededFor: 'making every address of that network answer',
    },
    {
      name: 'curl',
      proofs: ['curl'],
      neededFor: 'running the request samples for the shell',
    },
    {
      name: 'gcc',
      proofs: ['gcc'],
      neededFor: 'compiling the request samples in C',
    },
    {
      name: 'libc6-dev',
      proofs: ['/usr/include/stdio.h'],
      neededFor: 'the headers of those samples',
    },
    {
      name: 'libcurl4-openssl-dev',
      proofs: ['curl-config'],
      neededFor: 'the library of those samples',
    },
    {
      name: 'php-cli',
      proofs: ['php'],
      neededFor: 'running the request samples in PHP',
    },
    {
      name: 'php-curl',
      proofs: ['/var/lib/dpkg/info/php-curl.list'],
      neededFor: 'the library of those samples',
    },
    {
      name: 'python3-requests',
      proofs: ['/usr/bin/python3', '/usr/lib/python3/dist-packages/requests/__init__.py'],
      neededFor: 'running the request samples in Python',
    },
    {
      name: 'ruby',
      proofs: ['ruby'],
      neededFor: 'running the request samples in Ruby',
    },
  ],
  bench: [{ name: 'wrk', proofs: ['wrk'], neededFor: 'driving HTTP load from outside the process that is measured' }],
} as const satisfies Record<string, readonly SystemPackage[]>;

type Group = keyof typeof groups;

/** Throws a sentence for the reader when a group is unknown or a package is missing and cannot be installed here. */
export function ensureSystemPackages(names: readonly string[]): void {
  const missing = names.flatMap(packagesOf).filter((systemPackage) => !isInstalled(systemPackage));
  if (missing.length === 0) return;
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing.map(({ name }) => name)];
  const list = missing.map(({ name, neededFor }) => `  ${name}: ${neededFor}`).join('\n');
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    throw new Error(`These system packages are missing:\n${list}\nInstall them with: sudo ${install.join(' ')}`);
  }
  console.error(`Installing system packages that are missing:\n${list}`);
  run(['apt-get', 'update', '-q']);
  run(install);
  const still = missing.filter((systemPackage) => !isInstalled(systemPackage));
  if (still.length > 0) {
    throw new Error(`Still missing after installing: ${still.flatMap(({ proofs }) => proofs).join(', ')}`);
  }
}

function packagesOf(name: string): readonly SystemPackage[] {
  if (!Object.hasOwn(groups, name)) {
    throw new Error(`There is no group of system packages called ${name}, only ${Object.keys(groups).join(', ')}.`);
  }
  return groups[name as Group];
}

function isInstalled({ proofs }: SystemPackage): boolean {
  return proofs.every((proof) => (proof.startsWith('/') ? existsSync(proof) : isOnPath(proof)));
}

function isOnPath(command: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => isExecutable(join(directory, command)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** apt-get's chatter is shown only when it fails. */
function run([command = '', ...args]: readonly string[]): void {
  const result = spawnSync(command, args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    const output = `${result.stdout ?? ''}${result.stderr ?? ''}`.trim();
    throw new Error(`${command} ${args.join(' ')} failed:\n${output}`, { cause: result.error });
  }
}

if (import.meta.main) {
  try {
    ensureSystemPackages(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
