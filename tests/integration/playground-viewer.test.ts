/** Looking closely at results, and naming pictures in a prompt, in a real Chromium. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { assertAccessible, openBrowser, visit, waitInPage } from '../support/browser.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { createTask, finishTask, uploadFile } from '../support/native-client.ts';

let gateway: GatewayProcess;
let browser: Browser;
/** A task that made a picture from a picture. */
let task: string;
before(async () => {
  gateway = await startGatewayProcess();
  browser = await openBrowser();
  const photo = await uploadFile(
    gateway,
    await readFile(join(import.meta.dirname, '../../examples/photos/astronaut.png')),
  );
  const input = { prompt: 'A sepia photograph', images: [photo.id] };
  task = (await finishTask(gateway, (await createTask(gateway, 'preview/image-to-image', input)).id)).id;
});
after(async () => {
  await browser.close();
  await gateway[Symbol.asyncDispose]();
});

/** What is asked of an image element. */
type Drawn = { readonly style: { readonly transform: string } };

const ui = (path: string) => `${gateway.url}/ui${path}`;

test('a picture is zoomed by keys, buttons and the wheel', async () => {
  await using visitor = await visit(browser, gateway);
  const { page } = visitor;
  await page.goto(ui(`/tasks/${task}`));
  await page.getByRole('button', { name: 'Look closer' }).click();
  const stage = page.getByRole('region', { name: /^The picture, closer/ });
  const picture = stage.getByRole('img');
  await waitInPage(picture, (element: Drawn) => element.style.transform.endsWith('scale(1)'));
  await stage.focus();
  await page.keyboard.press('+');
  await waitInPage(picture, (element: Drawn) => element.style.transform.endsWith('scale(1.5)'));
  await page.keyboard.press('ArrowDown');
  await waitInPage(picture, (element: Drawn) => element.style.transform.includes('translate(0px, -60px)'));
  await page.keyboard.press('0');
  await stage.hover();
  await page.mouse.wheel(0, -500);
  await waitInPage(picture, (element: Drawn) => /scale\(2\.\d+\)$/.test(element.style.transform));
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Whole picture' }).click();
  await waitInPage(picture, (element: Drawn) => element.style.transform.endsWith('scale(1)'));
  await page.keyboard.press('Escape');
  await stage.waitFor({ state: 'detached' });
  visitor.assertNoComplaints();
});

test('a result lies over the picture it was made from, and the line is moved by keys', async () => {
  await using visitor = await visit(browser, gateway, { colorScheme: 'dark' });
  const { page } = visitor;
  await page.goto(ui(`/tasks/${task}`));
  await page.getByRole('button', { name: 'Compare' }).click();
  const slider = page.getByRole('slider', { name: 'How much is seen of Picture 1, over Result' });
  await slider.focus();
  assert.equal(await slider.getAttribute('aria-valuetext'), '50%');
  await page.keyboard.press('ArrowRight');
  assert.equal(await slider.getAttribute('aria-valuetext'), '51%');
  await page.keyboard.press('Home');
  assert.equal(await slider.getAttribute('aria-valuetext'), '0%');
  await assertAccessible(page);
  visitor.assertNoComplaints();
});

test('another model does the same: picture, prompt and seed go along; the prompt calls the picture by name', async () => {
  await using visitor = await visit(browser, gateway);
  const { page } = visitor;
  await page.goto(ui(`/tasks/${task}`));
  await page.getByRole('link', { name: 'Run on another model' }).click();
  await page.getByText('Choose the model that shall do the same.').waitFor();
  await page.getByRole('link', { name: /0.10 Preview, reference to video/ }).click();
  const prompt = page.getByRole('textbox', { name: 'Prompt' });
  await prompt.waitFor();
  assert.equal(await prompt.inputValue(), 'A sepia photograph');
  await page.getByRole('img', { name: 'Picture 1' }).waitFor();
  await prompt.fill('');
  await prompt.pressSequentially('Towards @pi');
  await page.getByRole('option', { name: '@Picture1', selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await waitInPage(prompt, ({ value }: { readonly value: string }) => value === 'Towards @Picture1 ');
  await page.getByRole('option', { name: '@Picture1' }).click();
  await waitInPage(prompt, ({ value }: { readonly value: string }) => value === 'Towards @Picture1 @Picture1 ');
  await page.locator('.prompt-mirror mark').nth(1).waitFor();
  // A price that is asked for anew is pale for that moment.
  await page.locator('.price[data-pending=false]').waitFor();
  await assertAccessible(page);
  visitor.assertNoComplaints();
});

test('a picture of another shape shows what a crop would keep, and is cropped', async () => {
  await using visitor = await visit(browser, gateway);
  const { page } = visitor;
  await page.goto(ui(`/models/preview/reference-to-video?from=${task}`));
  await page.getByText('512×512').waitFor();
  await page.getByLabel('Aspect ratio').selectOption({ label: '9:16' });
  await page.getByText('keeps 56% of it').waitFor();
  await page.getByRole('button', { name: 'Crop to 9:16' }).click();
  await page.getByText('288×512').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Crop to 9:16' }).count(), 0);
  visitor.assertNoComplaints();
});
