/** What a tenant does in the console with its own key, and the owner's charts and storage, in a real Chromium. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { addMember, askAdmin } from '../support/admin-client.ts';
import { assertAccessible, openBrowser, phone, visit } from '../support/browser.ts';
import { type GatewayProcess, startGatewayProcess, testKey } from '../support/gateway-process.ts';
import { createTask, finishTask } from '../support/native-client.ts';

let gateway: GatewayProcess;
let browser: Browser;
before(async () => {
  gateway = await startGatewayProcess();
  browser = await openBrowser();
  await finishTask(gateway, (await createTask(gateway, 'preview/text-to-image', { prompt: 'A quiet harbour' })).id);
});
after(async () => {
  await browser.close();
  await gateway[Symbol.asyncDispose]();
});

const ui = (path: string) => `${gateway.url}/ui${path}`;

async function signIn(key: string) {
  const visitor = await visit(browser, gateway, { isSignedIn: false });
  await visitor.page.goto(ui('/'));
  await visitor.page.getByLabel('Or use a key').fill(key);
  await visitor.page.getByRole('button', { name: 'Sign in' }).click();
  await visitor.page.getByRole('heading', { name: 'Models', exact: true }).waitFor();
  return visitor;
}

test('a tenant makes a key with a cap, and revokes it', async () => {
  await using visitor = await signIn(testKey);
  const { page } = visitor;
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(ui('/console/keys'));
  await page.getByLabel('New key').fill('website');
  await page.getByLabel('Spend cap in dollars').fill('2.5');
  await page.getByRole('button', { name: 'Create key' }).click();
  const key = (await page.locator('.new-key').textContent()) ?? '';
  const headers = { authorization: `Bearer ${key}` };
  const account = (await (await fetch(`${gateway.url}/v1/account`, { headers })).json()) as {
    readonly key: { readonly spend_cap_micros: number };
  };
  assert.equal(account.key.spend_cap_micros, 2_500_000);
  await page
    .getByRole('row', { name: /website/ })
    .getByRole('button', { name: 'Revoke' })
    .click();
  await page.getByText(/^revoked/).waitFor();
  assert.equal((await fetch(`${gateway.url}/v1/account`, { headers })).status, 401);
  visitor.assertNoComplaints();
});

test('a table that is still read says nothing of being empty', async () => {
  await using visitor = await signIn(testKey);
  const { page } = visitor;
  const asked = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  await page.route('**/v1/keys*', async (route) => {
    asked.resolve();
    await told.promise;
    await route.continue();
  });
  await page.goto(ui('/console/keys'));
  await asked.promise;
  await page.getByLabel('New key').waitFor();
  assert.equal(await page.getByText('There is nothing here.').count(), 0);
  told.resolve();
  await page.getByRole('row', { name: /FRAMEGATE_KEY/ }).waitFor();
  visitor.assertNoComplaints();
});

test('every page of a tenant is accessible and fits; a limited key is told what it may not', async () => {
  const { key } = await addMember(gateway, { spend_cap_micros: 1_000 });
  await using visitor = await signIn(key);
  const { page } = visitor;
  for (const path of ['', '/usage', '/keys', '/ledger', '/deliveries']) {
    await page.goto(ui(`/console${path}`));
    await page.waitForLoadState('networkidle');
    await assertAccessible(page);
  }
  await page.goto(ui('/console/tenants'));
  await page.getByText('There is no such page').waitFor();
  visitor.assertNoComplaints();
  await page.goto(ui('/console/keys'));
  await page.getByLabel('New key').fill('more');
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByText('This key may not manage keys.').waitFor();
});

test('the owner sees spend as charts with a table beside, what waits, and the disk', async () => {
  await askAdmin(gateway, '/engines/preview/pause', {});
  const { id } = await createTask(gateway, 'preview/text-to-image', { prompt: 'Waits' });
  await using visitor = await visit(browser, gateway, { colorScheme: 'dark' });
  const { page } = visitor;
  await page.goto(ui('/console/usage'));
  await page.getByRole('img', { name: 'By day' }).waitFor();
  await page.locator('.segments label', { hasText: /^Tasks$/ }).click();
  await page.locator('.usage-total strong').getByText('2', { exact: true }).waitFor();
  await page.getByRole('cell', { name: 'preview/text-to-image' }).waitFor();
  await page.locator('.segments label', { hasText: 'By key' }).click();
  // The name of the key that the configuration gives, where its id would say nothing.
  await page.getByRole('cell', { name: 'FRAMEGATE_KEY', exact: true }).waitFor();
  await page.getByText('The same as a table').click();
  await page.getByRole('columnheader', { name: 'Day (UTC)' }).waitFor();
  await assertAccessible(page);
  await page.goto(ui('/console/engines'));
  const row = page.getByRole('row', { name: /^preview/ });
  assert.equal(await row.getByRole('cell').nth(2).textContent(), '1');
  await page.goto(ui('/console/storage'));
  await page.getByText(/^free of/).waitFor();
  await assertAccessible(page);
  await page.setViewportSize(phone);
  for (const path of ['/usage', '/storage', '/engines']) {
    await page.goto(ui(`/console${path}`));
    await page.waitForLoadState('networkidle');
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    assert.ok(width <= phone.width, `${path} is ${width} wide`);
  }
  visitor.assertNoComplaints();
  await gateway.send(`/v1/tasks/${id}/cancel`, { method: 'POST' });
});
