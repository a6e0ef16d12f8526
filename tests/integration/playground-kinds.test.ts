/** Results that are neither picture nor film, in a real Chromium: a sound, a text and a 3D model. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import type { Browser, Locator } from 'playwright-core';
import sharp from 'sharp';
import { loadConfig } from '../../src/config.ts';
import { type RunningGateway, startGateway } from '../../src/main.ts';
import { createAllKindsEngine, madeText } from '../support/all-kinds-engine.ts';
import { assertAccessible, openBrowser, phone, visit, waitInPage } from '../support/browser.ts';
import { adminKey, makeDirectory, removeDirectory, testKey } from '../support/gateway-process.ts';
import { createTask, finishTask } from '../support/native-client.ts';

const patienceMs = 30_000;

let directory: string;
let gateway: RunningGateway;
let browser: Browser;
before(async () => {
  directory = await makeDirectory();
  const keys = { FRAMEGATE_KEY: testKey, FRAMEGATE_ADMIN_KEY: adminKey };
  const config = await loadConfig([], { PORT: '0', FRAMEGATE_DATA: directory, ...keys }, directory);
  gateway = await startGateway(config, pino({ level: 'silent' }), {
    engines: [{ create: () => createAllKindsEngine(directory, 'runninghub'), isFree: () => true }],
  });
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await gateway.close(1_000);
  await removeDirectory(directory);
});

async function make(model: string, input: unknown): Promise<string> {
  const headers = { authorization: `Bearer ${testKey}` };
  const send = (path: string, init: RequestInit = {}) =>
    fetch(gateway.url + path, { ...init, headers: { ...headers, ...init.headers } });
  const { id } = await createTask({ send }, model, input);
  const { state } = await finishTask({ send }, id);
  assert.equal(state, 'succeeded');
  return `${gateway.url}/ui/tasks/${id}`;
}

/** How much the pixels of what is drawn differ: none on a blank canvas. */
async function contrastOf(canvas: Locator): Promise<number> {
  const { channels } = await sharp(await canvas.screenshot()).stats();
  return Math.max(...channels.map(({ stdev }) => stdev));
}

/** What is drawn comes a frame later. */
async function assertSoon(otherwise: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await isSo())) assert.ok(performance.now() < deadline, otherwise);
}

test('a 3D model is drawn, turned and zoomed by keys and by hand', async () => {
  const page3d = await make('tencent/hunyuan3d-v3.1/text-to-3d', { prompt: 'a boat' });
  for (const look of [{ colorScheme: 'light' }, { colorScheme: 'dark', viewport: phone }] as const) {
    await using visitor = await visit(browser, gateway, look);
    const { page } = visitor;
    await page.goto(page3d);
    await page.locator('.mesh[data-state=shown]').waitFor();
    const canvas = page.getByRole('img', { name: 'a boat' });
    await assertSoon('the canvas is blank', async () => (await contrastOf(canvas)) > 5);
    let before = await canvas.screenshot();
    const assertMoved = async (what: string) => {
      await assertSoon(`${what} changed nothing`, async () => !(await canvas.screenshot()).equals(before));
      before = await canvas.screenshot();
    };
    await page.getByRole('region', { name: /^The 3D model/ }).focus();
    before = await canvas.screenshot();
    for (const key of ['ArrowRight', 'ArrowUp', '+', '0']) {
      await page.keyboard.press(key);
      await assertMoved(key);
    }
    await page.getByRole('button', { name: 'Smaller' }).click();
    await assertMoved('the button');
    const box = await canvas.boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await assertMoved('dragging');
    await assertAccessible(page);
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    assert.ok(width <= (page.viewportSize()?.width ?? 0), `${width} wide`);
    visitor.assertNoComplaints();
  }
});

test('where there is no WebGL, a 3D model is told of and downloaded', async () => {
  const page3d = await make('tencent/hunyuan3d-v3.1/text-to-3d', { prompt: 'a boat' });
  await using visitor = await visit(browser, gateway);
  const { page } = visitor;
  await page.addInitScript('HTMLCanvasElement.prototype.getContext = () => null');
  await page.goto(page3d);
  await page.getByText(/^This browser shows nothing in 3D/).waitFor();
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  assert.match((await downloading).suggestedFilename(), /\.glb$/);
  await assertAccessible(page);
  visitor.assertNoComplaints();
});

test('a text is read, a sound is played', async () => {
  const text = await make('google/gemini-25-flash/text-to-text', { prompt: 'Tell me of a lake' });
  await using visitor = await visit(browser, gateway);
  const { page } = visitor;
  await page.goto(text);
  await page.getByText(madeText).waitFor();
  await assertAccessible(page);
  await page.goto(await make('suno/suno-v5/single', { title: 'Lake', description: 'a quiet lake' }));
  type Sound = { readonly duration: number };
  await waitInPage(page.locator('audio'), ({ duration }: Sound) => Math.round(duration) === 1);
  await assertAccessible(page);
  visitor.assertNoComplaints();
});
