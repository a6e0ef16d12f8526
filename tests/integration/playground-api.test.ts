/** The API page of a model and the reference of all APIs, in a real Chromium. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { assertAccessible, openBrowser, phone, visit, waitInPage } from '../support/browser.ts';
import { type GatewayProcess, startGatewayProcess, testKey } from '../support/gateway-process.ts';

const model = 'vidu/q2/reference-to-image';
/** What is asked of an element; see Node of the DOM standard. */
type Text = { readonly textContent: string | null };

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

describe('the API page of a model', () => {
  test('says what the form says, in each API and in the language that was chosen, and copies it', async () => {
    await using visitor = await visit(browser, gateway);
    const { page } = visitor;
    await page.goto(ui(`/models/${model}`));
    await page.getByLabel('Prompt').fill("A dragon, it's in the desert");
    await page.getByRole('link', { name: 'API', exact: true }).last().click();
    const submit = page.getByRole('region', { name: 'Submit, Shell' });
    await waitInPage(submit, (element: Text) => element.textContent?.includes("it'\\''s in the desert") === true);
    const own = (await submit.textContent()) ?? '';
    assert.match(own, new RegExp(`^curl ${gateway.url}/v1/tasks `));
    assert.match(own, /--header "Authorization: Bearer \$FRAMEGATE_KEY"/);
    await assertAccessible(page);

    await page.getByRole('radio', { name: 'Vidu' }).check();
    await waitInPage(submit, (element: Text) => element.textContent?.includes('/ent/v2/reference2image') === true);
    assert.match((await submit.textContent()) ?? '', /Authorization: Token \$FRAMEGATE_KEY/);
    await page.getByRole('combobox', { name: 'Language' }).selectOption('python');
    const python = page.getByRole('region', { name: 'Submit, Python' });
    assert.match((await python.textContent()) ?? '', /requests\.post\(/);
    const upload = page.getByRole('region', { name: 'File inputs, Python' });
    assert.match((await upload.textContent()) ?? '', /\/v1\/uploads.*open\("photo\.jpg", "rb"\)/s);
    await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: gateway.url });
    await page.getByRole('button', { name: 'Copy: Submit, Python' }).click();
    await page.getByText('Copied').waitFor();
    const copied = await page.evaluate('navigator.clipboard.readText()');
    assert.equal(copied, await python.textContent());
    // The form is where it was left.
    await page.getByRole('link', { name: 'Playground' }).click();
    assert.equal(await page.getByLabel('Prompt').inputValue(), "A dragon, it's in the desert");
    visitor.assertNoComplaints();
  });

  test('a form that is not filled in shows an example, and one that is wrong says so', async () => {
    await using visitor = await visit(browser, gateway, { viewport: phone, colorScheme: 'dark' });
    const { page } = visitor;
    await page.goto(ui('/models/preview/text-to-video?view=api'));
    const submit = page.getByRole('region', { name: 'Submit, Shell' });
    await waitInPage(submit, (element: Text) => element.textContent?.includes('A quiet harbour at dusk') === true);
    await page.getByText('Example response').first().click();
    await assertAccessible(page);
    await page.getByRole('link', { name: 'Playground' }).click();
    await page.getByRole('textbox', { name: 'Duration' }).fill('99');
    await page.getByRole('link', { name: 'API', exact: true }).last().click();
    await page.getByText('The form is not valid as it is').waitFor();
    const width = await page.evaluate('document.documentElement.scrollWidth');
    assert.ok((width as number) <= phone.width, `${width} px wide`);
    // A refused translation is an answer of the server, which the console of the browser notes.
  });
});

describe('the reference', () => {
  test('shows every API, and tries the calls of ours with the session of the page', async () => {
    await using visitor = await visit(browser, gateway);
    const { page } = visitor;
    await page.goto(ui('/reference'));
    await page.getByText('/v1/admin/config').waitFor();
    await page.locator('.opblock', { hasText: '/v1/account' }).getByRole('button').first().click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table').getByText('"balance_micros"').waitFor();
    await assertAccessible(page);
    for (const [name, path] of [
      ['RunComfy', '/v1/requests/{request}/result'],
      ['RunningHub', '/openapi/v2/query'],
      ['Vtrix', '/model/v1/generation'],
      ['Vidu', '/ent/v2/reference2image'],
    ] as const) {
      await page.getByRole('button', { name, exact: true }).click();
      const call = page.locator('.opblock', { has: page.locator(`[data-path="${path}"]`) });
      await call.getByRole('button').first().click();
      await call.getByText('Responses').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Try it out' }).count(), 0);
    }
    await assertAccessible(page);
    visitor.assertNoComplaints();
  });

  test("who signed in with a key may not try the owner's calls", async () => {
    await using visitor = await visit(browser, gateway, { isSignedIn: false, colorScheme: 'dark' });
    const { page } = visitor;
    await page.goto(ui('/reference'));
    await page.getByLabel('Or use a key').fill(testKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const config = page.locator('.opblock', { hasText: '/v1/admin/config' });
    await config.getByRole('button').first().click();
    await config.getByText('Responses').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Try it out' }).count(), 0);
    const account = page.locator('.opblock', { hasText: '/v1/account' });
    await account.getByRole('button').first().click();
    await account.getByText('Responses').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Try it out' }).count(), 1);
    await assertAccessible(page);
    visitor.assertNoComplaints();
  });
});
