/** The history in a real Chromium: chosen by keys, laid side by side, saved as one file; and where things came from. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { WireTask } from '../../src/dialects/native/wire.ts';
import { assertAccessible, openBrowser, phone, visit } from '../support/browser.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { createTask, finishTask } from '../support/native-client.ts';

let gateway: GatewayProcess;
let browser: Browser;
let first: WireTask;
let second: WireTask;
before(async () => {
  gateway = await startGatewayProcess();
  browser = await openBrowser();
  const make = async (model: string, input: unknown) =>
    await finishTask(gateway, (await createTask(gateway, model, input)).id);
  first = await make('preview/text-to-image', { prompt: 'A quiet harbour', seed: 5 });
  const images = [first.output?.files[0]?.id];
  second = await make('preview/image-to-image', { prompt: 'A sepia photograph', images });
});
after(async () => {
  await browser.close();
  await gateway[Symbol.asyncDispose]();
});

const ui = (path: string) => `${gateway.url}/ui${path}`;

test('two tasks are chosen by the keyboard, saved as one ZIP and compared', async () => {
  await using visitor = await visit(browser, gateway);
  const { page } = visitor;
  await page.goto(ui('/tasks'));
  await page.locator('.frame').first().focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await page.getByRole('status').getByText('2 chosen').waitFor();
  await assertAccessible(page);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: /^Save 2 files/ }).click();
  const download = await downloading;
  assert.match(download.suggestedFilename(), /^framegate-\d{4}-\d\d-\d\d\.zip$/);
  const archive = await readFile(await download.path());
  // The end of the central directory, and how many files it names.
  assert.equal(archive.readUInt32LE(archive.length - 22), 0x06054b50);
  assert.equal(archive.readUInt16LE(archive.length - 12), 2);
  await page.getByRole('link', { name: 'Compare' }).click();
  await page.getByRole('heading', { name: 'Comparison' }).waitFor();
  await page.getByText('A sepia photograph').first().waitFor();
  await page.getByRole('button', { name: 'One over the other' }).click();
  await page.getByRole('slider').waitFor();
  await assertAccessible(page);
  visitor.assertNoComplaints();
});

test('days stand in the address and narrow the list', async () => {
  await using visitor = await visit(browser, gateway);
  const { page } = visitor;
  await page.goto(ui('/tasks'));
  await page.locator('.frame').nth(1).waitFor();
  await page.getByLabel('From').fill('2099-01-01');
  await page.getByText('There is nothing yet.').waitFor();
  assert.equal(new URL(page.url()).search, '?from=2099-01-01');
  await page.getByLabel('From').fill('2026-01-01');
  await page.locator('.frame').nth(1).waitFor();
  visitor.assertNoComplaints();
});

test('a task tells what it was made from and what it was used in', async () => {
  await using visitor = await visit(browser, gateway, { viewport: phone });
  const { page } = visitor;
  await page.goto(ui(`/tasks/${second.id}`));
  await page.getByRole('heading', { name: 'Made from' }).waitFor();
  await page.locator(`.kin a[href$="${first.id}"]`).click();
  await page.getByRole('heading', { name: 'Used in' }).waitFor();
  await page.locator(`.kin a[href$="${second.id}"]`).waitFor();
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  assert.ok(width <= phone.width, `${width} wide`);
  visitor.assertNoComplaints();
});
