/**
 * `npm run bench`: requests per second of the gateway beside the floor, in one run on one machine, as ratios; then `flat`,
 * the gateway with many stored tasks beside itself with few, and `in-flight`, how soon a result is told.
 *
 * `npm run bench -- [--repetitions 5] [--seconds 3] [--connections 32] [name ...]`, names being those of the scenarios,
 * `flat` and `in-flight`. Two servers take turns, and the order turns round with every repetition; the ratio is the median
 * of the repetitions' ratios. Compare ratios, and only those of one run: on a shared machine less than 20 % is a tie.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureSystemPackages } from '../scripts/system-packages.ts';
import { type FlatOutcome, measureFlat } from './flat.ts';
import { type InFlightOutcome, measureInFlight } from './in-flight/index.ts';
import { describeMachine } from './machine.ts';
import { median } from './median.ts';
import { scenarios } from './scenarios/index.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { benchKey, startFloor, startGateway } from './server.ts';
import { count, mebibytes, ratio, showTable } from './table.ts';
import { drive, type Measurement } from './wrk.ts';

type Options = { readonly repetitions: number; readonly seconds: number; readonly connections: number };
type Outcome = {
  readonly scenario: Scenario;
  readonly gateway: readonly Measurement[];
  readonly floor: readonly Measurement[];
  readonly peakRssBytes: number | undefined;
};

/** A thousand stored tasks against a million. */
const flatStores = { storedTasks: 1_000, times: 1_000 };
const inFlight = { inFlight: 5_000, donePerSecond: 100, samples: 2_000 };

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
    for (const scenario of scenarios.filter(({ name }) => chosen.has(name))) {
      outcomes.push(await measure(scenario, join(directory, scenario.name), options));
    }
    if (outcomes.length > 0) showScenarios(outcomes);
    if (chosen.has('flat')) showFlat(await measureFlat(join(directory, 'flat'), { ...options, ...flatStores }));
    if (chosen.has('in-flight')) showInFlight(await measureInFlight(join(directory, 'in-flight'), inFlight));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function readArguments(): { options: Options; chosen: ReadonlySet<string> } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      repetitions: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      connections: { type: 'string', default: '32' },
    },
  });
  const whole = (name: keyof typeof values) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is a whole number from 1 on`);
    return value;
  };
  const names = [...scenarios.map(({ name }) => name), 'flat', 'in-flight'];
  for (const name of positionals) {
    if (!names.includes(name)) throw new Error(`There is nothing called ${name} to measure, only ${names.join(', ')}.`);
  }
  return {
    options: { repetitions: whole('repetitions'), seconds: whole('seconds'), connections: whole('connections') },
    chosen: new Set(positionals.length > 0 ? positionals : names),
  };
}

/** Fresh servers and databases for each scenario, so that none inherits the rows of another. */
async function measure(scenario: Scenario, directory: string, options: Options): Promise<Outcome> {
  await using gatewayServer = await startGateway(join(directory, 'gateway'));
  await using floorServer = await startFloor(join(directory, 'floor'), gatewayServer);
  const gatewayLoad = await scenario.prepareGateway(gatewayServer.url, benchKey);
  const floorLoad = scenario.prepareFloor(gatewayLoad);
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

function showScenarios(outcomes: readonly Outcome[]): void {
  showTable([
    ['gateway : floor', 'gateway/s', 'floor/s', 'ratio', 'p50 / p99 ms', 'floor ms', 'peak memory'],
    ...outcomes.map(({ scenario, gateway, floor, peakRssBytes }) => [
      scenario.title,
      count(median(gateway.map((one) => one.perSecond))),
      count(median(floor.map((one) => one.perSecond))),
      ratio(
        gateway.map((one) => one.perSecond),
        floor.map((one) => one.perSecond),
      ),
      latency(gateway),
      latency(floor),
      mebibytes(peakRssBytes),
    ]),
  ]);
}

function showFlat({ small, large }: FlatOutcome): void {
  const { storedTasks, times } = flatStores;
  const row = (kind: 'status' | 'submit') => [
    kind,
    count(median(large[kind])),
    count(median(small[kind])),
    ratio(large[kind], small[kind]),
    mebibytes(large.peakRssBytes),
  ];
  const [few, many] = [storedTasks, storedTasks * times].map(count);
  showTable([
    [`${many} : ${few} stored tasks`, `${many}/s`, `${few}/s`, 'ratio', 'peak memory'],
    row('submit'),
    row('status'),
  ]);
}

function showInFlight({ delaysMs, peakRssBytes }: InFlightOutcome): void {
  const at = (share: number) => `${delaysMs[Math.floor(share * (delaysMs.length - 1))] ?? Number.NaN} ms`;
  showTable([
    ['upstream done to webhook received', 'p50', 'p99', 'slowest', 'peak memory'],
    [
      `${count(inFlight.inFlight)} in flight, ${inFlight.donePerSecond} done a second, ${count(delaysMs.length)} webhooks`,
      at(0.5),
      at(0.99),
      at(1),
      mebibytes(peakRssBytes),
    ],
  ]);
}

function latency(measurements: readonly Measurement[]): string {
  const of = (key: 'p50Ms' | 'p99Ms') => median(measurements.map((one) => one[key])).toFixed(1);
  return `${of('p50Ms')} / ${of('p99Ms')}`;
}

await main();
