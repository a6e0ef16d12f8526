/**
 * Whether submits and status polls are as quick with many stored tasks as with few: the same load on two gateways, one
 * with 1,000 tasks in its store and one with a million, in turns.
 *
 * Both begin every repetition with a fresh copy of their store, because submits make the small one grow.
 */
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fillStore, readSample } from './fill-store.ts';
import { postJson } from './scenarios/scenario.ts';
import { runcomfyBody, runcomfyPath, submitRuncomfy } from './scenarios/submit-runcomfy.ts';
import { benchKey, type Gateway, startGateway } from './server.ts';
import { drive } from './wrk.ts';

export type FlatOptions = {
  readonly repetitions: number;
  readonly seconds: number;
  readonly connections: number;
  /** Tasks in the small store, and how many times as many there are in the large one. */
  readonly storedTasks: number;
  readonly times: number;
};

/** Requests per second, one figure a repetition. */
export type FlatFigures = { readonly status: number[]; readonly submit: number[]; peakRssBytes: number };
export type FlatOutcome = { readonly small: FlatFigures; readonly large: FlatFigures };

const warmUpSeconds = 1;
const polledTasks = 500;
const submitters = 8;

export async function measureFlat(directory: string, options: FlatOptions): Promise<FlatOutcome> {
  const small = join(directory, 'small');
  const large = join(directory, 'large');
  await makeSmallStore(small, options.storedTasks);
  await cp(small, large, { recursive: true });
  fillStore(join(large, 'data'), options.times);
  const outcome: FlatOutcome = {
    small: { status: [], submit: [], peakRssBytes: 0 },
    large: { status: [], submit: [], peakRssBytes: 0 },
  };
  const turns = [
    () => measureCopy(small, join(directory, 'copy'), outcome.small, options),
    () => measureCopy(large, join(directory, 'copy'), outcome.large, options),
  ];
  for (let repetition = 0; repetition < options.repetitions; repetition++) {
    for (const turn of repetition % 2 === 0 ? turns : turns.toReversed()) await turn();
  }
  return outcome;
}

/** Through the gateway's own door, so that every row is what the store writes. Nine of ten tasks are final. */
async function makeSmallStore(directory: string, storedTasks: number): Promise<void> {
  await using gateway = await startGateway(directory);
  const headers = { authorization: `Bearer ${benchKey}` };
  let made = 0;
  const makeSome = async () => {
    while (made < storedTasks) {
      const isFinal = made++ % 10 !== 0;
      const answer = (await postJson(gateway.url + runcomfyPath, runcomfyBody, headers)) as { request_id: string };
      if (isFinal) await postJson(`${gateway.url}/v1/requests/${answer.request_id}/cancel`, '{}', headers);
    }
  };
  await Promise.all(Array.from({ length: submitters }, makeSome));
}

async function measureCopy(original: string, copy: string, figures: FlatFigures, options: FlatOptions): Promise<void> {
  await rm(copy, { recursive: true, force: true });
  await mkdir(copy, { recursive: true });
  await cp(original, copy, { recursive: true });
  await using gateway = await startGateway(copy);
  figures.status.push(await perSecond(gateway, statusLoad(gateway), options));
  figures.submit.push(await perSecond(gateway, await submitRuncomfy.prepareGateway(gateway.url, benchKey), options));
  figures.peakRssBytes = Math.max(figures.peakRssBytes, gateway.peakRssBytes() ?? 0);
}

function statusLoad({ storeDirectory }: Gateway) {
  const paths = readSample(storeDirectory, polledTasks).map((id) => `/v1/requests/${id}/status`);
  return { method: 'GET', paths, headers: { authorization: `Bearer ${benchKey}` } } as const;
}

async function perSecond({ url }: Gateway, load: Parameters<typeof drive>[1], options: FlatOptions): Promise<number> {
  await drive(url, load, { ...options, seconds: warmUpSeconds });
  return (await drive(url, load, options)).perSecond;
}
