/**
 * `npm run bench`: requests per second of the gateway beside the floor, in one run on one machine, as ratios.
 *
 * `npm run bench -- [--repetitions 5] [--seconds 3] [--connections 32] [scenario ...]`. Gateway and floor take turns, and
 * the order turns round with every repetition; the ratio is the median of the repetitions' ratios. Compare ratios, and
 * only those of one run: on a shared machine less than 20 % is a tie.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureSystemPackages } from '../scripts/system-packages.ts';
import { describeMachine } from './machine.ts';
import { median } from './median.ts';
import { scenarios } from './scenarios/index.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { benchKey, startFloor, startGateway } from './server.ts';
import { drive, type Measurement } from './wrk.ts';

type Options = { readonly repetitions: number; readonly seconds: number; readonly connections: number };
type Outcome = {
  readonly scenario: Scenario;
  readonly gateway: readonly Measurement[];
  readonly floor: readonly Measurement[];
  readonly peakRssBytes: number | undefined;
};

/** Compiles what is hot and fills caches; its figures are thrown away. */
const warmUpSeconds = 2;

async function main(): Promise<void> {
  const { options, chosen } = readArguments();
  ensureSystemPackages(['bench']);
  // Inside the project, not in the system's temporary folder, which often is memory and would make every write durable.
  const parent = join(process.cwd(), '.framegate');
  await mkdir(parent, { recursive: true });
  const directory = await mkdtemp(join(parent, 'bench-'));
  try {
    for (const line of describeMachine(directory)) console.log(line);
    console.log(
      `${options.repetitions} repetitions of ${options.seconds} s, ${options.connections} connections, wrk on the same machine\n`,
    );
    const outcomes: Outcome[] = [];
    for (const scenario of chosen) outcomes.push(await measure(scenario, join(directory, scenario.name), options));
    showTable(outcomes);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function readArguments(): { options: Options; chosen: readonly Scenario[] } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      repetitions: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      connections: { type: 'string', default: '32' },
    },
  });
  const count = (name: keyof typeof values) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is a whole number from 1 on`);
    return value;
  };
  const chosen = positionals.map((name) => {
    const scenario = scenarios.find((one) => one.name === name);
    if (!scenario)
      throw new Error(`There is no scenario ${name}, only ${scenarios.map((one) => one.name).join(', ')}.`);
    return scenario;
  });
  return {
    options: { repetitions: count('repetitions'), seconds: count('seconds'), connections: count('connections') },
    chosen: chosen.length > 0 ? chosen : scenarios,
  };
}

/** Fresh servers and databases for each scenario, so that none inherits the rows of another. */
async function measure(scenario: Scenario, directory: string, options: Options): Promise<Outcome> {
  await using gatewayServer = await startGateway(join(directory, 'gateway'));
  await using floorServer = await startFloor(join(directory, 'floor'));
  const gatewayLoad = await scenario.prepareGateway(gatewayServer.url, benchKey);
  const floorLoad = await scenario.prepareFloor(floorServer.url);
  const gateway: Measurement[] = [];
  const floor: Measurement[] = [];
  const turns = [
    async (seconds: number) => gateway.push(await drive(gatewayServer.url, gatewayLoad, { ...options, seconds })),
    async (seconds: number) => floor.push(await drive(floorServer.url, floorLoad, { ...options, seconds })),
  ];
  for (const turn of turns) await turn(warmUpSeconds);
  gateway.length = 0;
  floor.length = 0;
  for (let repetition = 0; repetition < options.repetitions; repetition++) {
    for (const turn of repetition % 2 === 0 ? turns : turns.toReversed()) await turn(options.seconds);
    process.stderr.write(`\r${scenario.name}: ${repetition + 1} of ${options.repetitions} `);
  }
  process.stderr.write('\r\u001b[K');
  return { scenario, gateway, floor, peakRssBytes: gatewayServer.peakRssBytes() };
}

function showTable(outcomes: readonly Outcome[]): void {
  const rows = outcomes.map(({ scenario, gateway, floor, peakRssBytes }) => {
    const ratios = gateway.map(({ perSecond }, index) => perSecond / (floor[index]?.perSecond ?? Number.NaN));
    return [
      scenario.title,
      perSecond(gateway),
      perSecond(floor),
      `${median(ratios).toFixed(2)} [${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}]`,
      latency(gateway),
      latency(floor),
      peakRssBytes === undefined ? '-' : `${Math.round(peakRssBytes / 2 ** 20)} MiB`,
    ];
  });
  const heading = ['gateway : floor', 'gateway/s', 'floor/s', 'ratio', 'p50 / p99 ms', 'floor ms', 'peak memory'];
  const table = [heading, heading.map(() => ''), ...rows];
  const widths = heading.map((_, column) => Math.max(3, ...table.map((row) => row[column]?.length ?? 0)));
  for (const [index, row] of table.entries()) {
    // A Markdown table, so that it can go into docs/performance.md as it is.
    console.log(
      `| ${row.map((cell, column) => (index === 1 ? '-'.repeat(widths[column] ?? 3) : cell.padEnd(widths[column] ?? 3))).join(' | ')} |`,
    );
  }
}

function perSecond(measurements: readonly Measurement[]): string {
  return Math.round(median(measurements.map((one) => one.perSecond))).toLocaleString('en');
}

function latency(measurements: readonly Measurement[]): string {
  const of = (key: 'p50Ms' | 'p99Ms') => median(measurements.map((one) => one[key])).toFixed(1);
  return `${of('p50Ms')} / ${of('p99Ms')}`;
}

await main();
