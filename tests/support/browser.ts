/** A real Chromium that looks at our pages, and notes whatever it complains about. */
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { adminKey, type GatewayProcess } from './gateway-process.ts';

export type Visit = AsyncDisposable & {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Bytes of the bodies as they came over the line, by path. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Fails when a script threw, the console had an error, a policy was broken, or another origin was asked. */
  assertNoComplaints(): void;
};

type VisitOptions = {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  readonly locale?: string;
  /** Whether the browser opens a sign-in link first; unless told, it does. */
  readonly isSignedIn?: boolean;
};

const desktop = { width: 1280, height: 900 };
export const phone = { width: 390, height: 844 };
/** Ten times what anything here takes on an idle machine. */
const patienceMs = 60_000;

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: '/usr/bin/chromium',
    // Tests may run as root in a container, where Chromium has no sandbox of its own.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}

export async function makeSignInLink(gateway: Pick<GatewayProcess, 'url'>): Promise<string> {
  const response = await fetch(`${gateway.url}/v1/admin/sign-in-links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}` },
  });
  assert.equal(response.status, 201);
  return ((await response.json()) as { readonly url: string }).url;
}

export async function visit(
  browser: Browser,
  gateway: Pick<GatewayProcess, 'url'>,
  options: VisitOptions = {},
): Promise<Visit> {
  const { viewport = desktop, colorScheme = 'light', locale = 'en', isSignedIn = true } = options;
  const context = await browser.newContext({ viewport, colorScheme, locale, acceptDownloads: true });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const complaints: string[] = [];
  const sizes = new Map<string, number>();
  page.on('console', (message) => {
    // A task may end between the word of a frame and the look at it.
    if (message.location().url.endsWith('/glimpse')) return;
    // A screenshot reads back what a canvas in 3D has drawn.
    if (message.text().endsWith('GPU stall due to ReadPixels') || message.text().includes('ReadPixels (this')) return;
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== gateway.url && !['blob:', 'data:'].includes(url.protocol)) complaints.push(`asked ${url}`);
  });
  page.on('requestfinished', async (request) => {
    const { responseBodySize } = await request.sizes().catch(() => ({ responseBodySize: 0 }));
    sizes.set(new URL(request.url()).pathname, responseBodySize);
  });
  if (isSignedIn) {
    await page.goto(await makeSignInLink(gateway));
    await page.getByRole('heading', { level: 1 }).waitFor();
  }
  return {
    page,
    context,
    sizes,
    assertNoComplaints: () => assert.deepEqual(complaints, []),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/**
 * Waits until the element is so. Playwright's waitForFunction would not do: between two looks it evaluates text inside
 * the page, and our policy forbids that whenever the first look comes too early.
 */
export async function waitInPage<Shape>(locator: Locator, isSo: (element: Shape) => boolean): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await locator.evaluate(isSo))) {
    assert.ok(performance.now() < deadline, `never: ${isSo}`);
    await setTimeout(50);
  }
}

interface Animated {
  readonly ownerDocument: { getAnimations(): object[] };
}

/** Fails on every finding of axe that it calls serious or critical, once no transition is under way. */
export async function assertAccessible(page: Page): Promise<void> {
  // A button that is just coming back from `disabled` is still pale.
  await waitInPage(
    page.locator('html'),
    ({ ownerDocument }: Animated) =>
      !ownerDocument.getAnimations().some((animation) => 'transitionProperty' in animation),
  );
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const found = grave.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => ({ id, html, failureSummary })),
  );
  assert.deepEqual(found, [], page.url());
}
