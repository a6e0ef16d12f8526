/** The benchmark's servers and scenarios still work together: each load is answered, by the gateway and by the floor. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { median } from './median.ts';
import { scenarios } from './scenarios/index.ts';
import type { Load } from './scenarios/scenario.ts';
import { benchKey, type Server, startFloor, startGateway } from './server.ts';

describe('benchmark', () => {
  const servers: Server[] = [];
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'framegate-bench-'));
    const gateway = await startGateway(join(directory, 'gateway'));
    servers.push(gateway, await startFloor(join(directory, 'floor'), gateway));
  });
  after(async () => {
    for (const server of servers) await server[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  for (const scenario of scenarios) {
    it(`${scenario.name}: the gateway and the floor answer`, async () => {
      const [gateway, floor] = servers;
      assert.ok(gateway && floor);
      const load = await scenario.prepareGateway(gateway.url, benchKey);
      await assertAnswered(gateway.url, load);
      await assertAnswered(floor.url, scenario.prepareFloor(load));
    });
  }

  it('knows the peak memory of a server', { skip: process.platform !== 'linux' && 'only Linux tells' }, () => {
    assert.ok((servers[0]?.peakRssBytes() ?? 0) > 2 ** 24);
  });

  it('takes the median', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.throws(() => median([]), RangeError);
  });
});

async function assertAnswered(url: string, { method, paths, headers, body }: Load): Promise<void> {
  const response = await fetch(url + paths[0], { method, headers, body: body ?? null });
  assert.ok(response.ok, `${method} ${paths[0]}: ${response.status} ${await response.text()}`);
}
