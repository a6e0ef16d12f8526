/** Every page of ours in a real Chromium: by axe, on a phone, and what the owner does in the console. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { assertAccessible, openBrowser, phone, visit } from '../support/browser.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';

const model = 'vidu/q2/reference-to-image';

let receiver: Receiver;
let gateway: GatewayProcess;
let browser: Browser;
before(async () => {
  receiver = await startReceiver((response) => response.end());
  gateway = await startGatewayProcess({ environment: { FRAMEGATE_ALLOW_FETCH: receiver.door } });
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await gateway[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const ui = (path: string) => `${gateway.url}/ui${path}`;

describe('every page', () => {
  const paths = ['/', `/models/${model}`, '/models/alibaba/happyhorse-1.0/image-to-video', '/tasks', '/console'];
  const sections = ['tenants', 'tasks', 'deliveries', 'engines', 'settings'].map((name) => `/console/${name}`);

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`has no serious finding of axe, ${colorScheme}`, async () => {
      await using visitor = await visit(browser, gateway, { colorScheme });
      for (const path of [...paths, ...sections]) {
        await visitor.page.goto(ui(path));
        await visitor.page.waitForLoadState('networkidle');
        await assertAccessible(visitor.page);
      }
    });
  }

  test('fits a phone, in English and Chinese', async () => {
    for (const locale of ['en', 'zh-CN']) {
      await using visitor = await visit(browser, gateway, { viewport: phone, locale });
      for (const path of [...paths, ...sections]) {
        await visitor.page.goto(ui(path));
        await visitor.page.waitForLoadState('networkidle');
        const width = await visitor.page.evaluate<number>('document.documentElement.scrollWidth');
        assert.ok(width <= phone.width, `${path} is ${width} wide`);
      }
      const title = locale === 'en' ? 'Settings' : '设置';
      await visitor.page.getByRole('heading', { name: title }).waitFor();
    }
  });
});

describe('the console', () => {
  test('makes a tenant, gives it money and a key, and revokes the key', async () => {
    await using visitor = await visit(browser, gateway);
    const { page } = visitor;
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto(ui('/console/tenants'));
    await page.getByLabel('New tenant').fill('acme <b>studios</b>');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: 'acme <b>studios</b>' }).click();
    await page.getByLabel('Add dollars').fill('12.50');
    await page.getByRole('button', { name: 'Grant' }).click();
    await page.getByRole('cell', { name: '$12.50' }).waitFor();
    await page.getByLabel('New key').fill('website');
    await page.getByRole('button', { name: 'Create key' }).click();
    const key = (await page.locator('.new-key').textContent()) ?? '';
    const headers = { authorization: `Bearer ${key}` };
    assert.equal((await fetch(`${gateway.url}/v1/account`, { headers })).status, 200);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText(/^revoked/).waitFor();
    assert.equal((await fetch(`${gateway.url}/v1/account`, { headers })).status, 401);
    visitor.assertNoComplaints();
  });

  test('pauses an engine and lets it go on', async () => {
    await using visitor = await visit(browser, gateway);
    const { page } = visitor;
    await page.goto(ui('/console/engines'));
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText(/^paused since/).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    visitor.assertNoComplaints();
  });

  test('sends a webhook again, and shows what each attempt met', async () => {
    const body = JSON.stringify({
      model: 'preview/text-to-image',
      input: { prompt: 'A quiet harbour at dusk' },
      webhook: { url: receiver.url },
    });
    const headers = { 'content-type': 'application/json' };
    assert.equal((await gateway.send('/v1/tasks', { method: 'POST', headers, body })).status, 201);
    await receiver.count(1);
    await using visitor = await visit(browser, gateway);
    const { page } = visitor;
    await page.goto(ui('/console/deliveries'));
    await page.getByRole('cell', { name: 'delivered' }).waitFor();
    await page.getByRole('button', { name: 'Send again' }).click();
    await receiver.count(2);
    await page.getByRole('button', { name: '2 attempts' }).click();
    await page.getByRole('heading', { name: /^Attempts of/ }).waitFor();
    await page.getByRole('cell', { name: '200' }).first().waitFor();
    await assertAccessible(page);
    visitor.assertNoComplaints();
  });
});
