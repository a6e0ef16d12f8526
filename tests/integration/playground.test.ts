/** The playground in a real Chromium, from the first visit to a result on the disk. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { assertAccessible, openBrowser, visit, waitInPage } from '../support/browser.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { createTask, finishTask } from '../support/native-client.ts';

const photo = join(import.meta.dirname, '../../examples/photos/astronaut.png');
const model = 'vidu/q2/reference-to-image';
/** Of the first page, as it comes over the line. */
const firstPageBytes = 250_000;
/** What is asked of a video element; see HTMLMediaElement of the HTML standard. */
type Film = { readonly readyState: number; readonly currentTime: number };

let gateway: GatewayProcess;
let browser: Browser;
before(async () => {
  gateway = await startGatewayProcess();
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await gateway[Symbol.asyncDispose]();
});

const ui = (path: string) => `${gateway.url}/ui${path}`;

describe('signing in', () => {
  test('the link that the start prints signs in once, and nothing else is asked', async () => {
    const link = /open (\S+)/.exec(gateway.output.stderr)?.[1];
    assert.ok(link, gateway.output.stderr);
    await using first = await visit(browser, gateway, { isSignedIn: false });
    await first.page.goto(link);
    await first.page.getByRole('heading', { name: 'Models', exact: true }).waitFor();
    assert.equal(first.page.url(), ui('/'));
    first.assertNoComplaints();
    const cookies = await first.context.cookies();
    assert.deepEqual(
      cookies.map(({ httpOnly, sameSite, path }) => ({ httpOnly, sameSite, path })),
      [{ httpOnly: true, sameSite: 'Strict', path: '/' }],
    );
    const kept = await first.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    assert.ok(!kept.includes('fgk_'), kept);
    await using second = await visit(browser, gateway, { isSignedIn: false });
    await second.page.goto(link);
    await second.page.getByText('This link was used already').waitFor();
  });

  test('the address of the server leads to the pages; without a session they ask for one', async () => {
    await using visitor = await visit(browser, gateway, { isSignedIn: false });
    await visitor.page.goto(gateway.url);
    await visitor.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.equal(visitor.page.url(), ui('/'));
    await assertAccessible(visitor.page);
    visitor.assertNoComplaints();
    await visitor.page.getByLabel('Or use a key').fill('no-key-of-anybody-0123456789');
    await visitor.page.getByRole('button', { name: 'Sign in' }).click();
    await visitor.page.getByText('unknown, expired or revoked').waitFor();
    await visitor.page.getByLabel('Or use a key').fill('test-key-0123456789abcdef');
    await visitor.page.getByRole('button', { name: 'Sign in' }).click();
    await visitor.page.getByRole('heading', { name: 'Models', exact: true }).waitFor();
    await visitor.page.goto(ui('/console'));
    await visitor.page.getByText("The rest of the console is the owner's.").waitFor();
  });

  test('signing out ends the session and its key', async () => {
    await using visitor = await visit(browser, gateway);
    await visitor.page.getByLabel('Settings').click();
    await visitor.page.getByRole('button', { name: 'Sign out' }).click();
    await visitor.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.deepEqual(await visitor.context.cookies(), []);
  });
});

describe('the gallery', () => {
  test('opens under its policy, asks nobody else, and is small', async () => {
    await using visitor = await visit(browser, gateway);
    await visitor.page.getByText(/^\d+ models$/).waitFor();
    await visitor.page.waitForLoadState('networkidle');
    const own = [...visitor.sizes].filter(([path]) => path.startsWith('/ui/'));
    const total = own.reduce((sum, [, size]) => sum + size, 0);
    assert.ok(total > 50_000 && total < firstPageBytes, JSON.stringify(own));
    visitor.assertNoComplaints();
  });

  test('filters stand in the address, and say the truth about what runs here', async () => {
    await using visitor = await visit(browser, gateway);
    const { page } = visitor;
    await page.getByLabel('What it does').selectOption('text-to-video');
    await page.getByLabel('Availability').selectOption('true');
    await page.locator('.card[data-available=true]', { hasText: 'Preview, text to video' }).waitFor();
    await page.locator('.card[data-available=false]').first().waitFor({ state: 'detached' });
    assert.equal(new URL(page.url()).search, '?operation=text-to-video&available=true');
    await page.getByLabel('Availability').selectOption('false');
    await page.locator('.card[data-available=false]').first().waitFor();
    assert.match(
      (await page.locator('.card .standing').first().textContent()) ?? '',
      /Needs [A-Z_]+|Not set up|Retired/,
    );
    await page.getByRole('button', { name: 'RunningHub', exact: false }).first().click();
    assert.match(page.url(), /nav=RunningHub/);
    visitor.assertNoComplaints();
  });
});

describe('a model', () => {
  test('runs from a photograph and a sentence to a file on the disk; a reload keeps the result', async () => {
    await using visitor = await visit(browser, gateway);
    const { page } = visitor;
    await page.goto(ui(`/models/${model}`));
    await page.getByLabel('Prompt').fill('This person is lying in the desert');
    await page.locator('input[type=file]').setInputFiles(photo);
    await page.getByRole('img', { name: 'Picture 1' }).waitFor();
    await page.getByText('Free here').waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const result = page.getByRole('img', { name: 'This person is lying in the desert' });
    await result.waitFor();
    assert.match(page.url(), /\?task=task_/);
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const bytes = await readFile(await (await downloading).path());
    assert.deepEqual([...bytes.subarray(1, 4)], [...Buffer.from('PNG')]);
    await page.reload();
    await result.waitFor();
    assert.equal(await page.getByLabel('Prompt').inputValue(), 'This person is lying in the desert');
    await page.getByRole('button', { name: 'Look closer' }).click();
    await page.getByRole('button', { name: 'Real size' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Use as input' }).click();
    await page.getByRole('link', { name: /Preview, image to image/ }).click();
    await page.getByRole('img', { name: 'Picture 1' }).waitFor();
    visitor.assertNoComplaints();
  });

  test('by the keyboard alone: found, filled in, run', async () => {
    await using visitor = await visit(browser, gateway);
    const { page } = visitor;
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('A model or a page').waitFor();
    await page.keyboard.type('preview text to image');
    await page.getByRole('option', { name: /^Preview, text to image/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Preview, text to image' }).waitFor();
    const tabTo = async (selector: string) => {
      for (let count = 0; count < 60; count += 1) {
        if (await page.locator(`${selector}:focus`).count()) return;
        await page.keyboard.press('Tab');
      }
      assert.fail(`${selector} cannot be reached`);
    };
    await tabTo('textarea');
    await page.keyboard.type('A quiet harbour at dusk');
    await tabTo('button.primary');
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'A quiet harbour at dusk' }).waitFor();
    visitor.assertNoComplaints();
  });

  test("the server's own sentences stand beside their fields", async () => {
    await using visitor = await visit(browser, gateway);
    const { page } = visitor;
    await page.goto(ui('/models/preview/text-to-video'));
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    assert.equal(await page.locator('.field-errors').count(), 0);
    const duration = page.getByRole('textbox', { name: 'Duration' });
    await duration.fill('99');
    await page.locator('[data-field=duration] .field-errors').getByText('Must be at most 16; it is 99.').waitFor();
    await duration.fill('2');
    await page.locator('[data-field=duration] .field-errors').waitFor({ state: 'detached' });
    await page.getByLabel('Prompt').fill('A walk in the forest');
    await page.getByText('list price $0.02').waitFor();
    await page.getByLabel('Prompt').fill('');
    await page.locator('[data-field=prompt] .field-errors').getByText('Is required.').waitFor();
    visitor.assertNoComplaints();
  });

  test('a film shows its place and progress, over a reload too, and can be canceled', async () => {
    await using visitor = await visit(browser, gateway);
    const { page } = visitor;
    await page.goto(ui('/models/preview/text-to-video'));
    await page.getByLabel('Prompt').fill('A long walk in the forest');
    await page.getByRole('textbox', { name: 'Duration' }).fill('16');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('progressbar').waitFor();
    await page.reload();
    await page.getByRole('progressbar').waitFor();
    await page.getByRole('img', { name: 'What it looks like so far' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.task[data-state=canceled]').waitFor();
    visitor.assertNoComplaints();
  });

  test('a short film is played and stepped through', async () => {
    await using visitor = await visit(browser, gateway);
    const { page } = visitor;
    const input = { prompt: 'A meadow in the morning', duration: 1, resolution: '360p' };
    const { id } = await finishTask(gateway, (await createTask(gateway, 'preview/text-to-video', input)).id);
    await page.goto(ui(`/tasks/${id}`));
    const film = page.locator('video');
    await waitInPage(film, (video: Film) => video.readyState >= 2);
    await page.getByRole('button', { name: 'Next frame' }).click();
    await waitInPage(film, (video: Film) => video.currentTime > 0);
    await page.getByRole('link', { name: 'Open in the form' }).click();
    await page.getByRole('textbox', { name: 'Prompt' }).waitFor();
    assert.equal(await page.getByLabel('Prompt').inputValue(), 'A meadow in the morning');
    visitor.assertNoComplaints();
  });
});
