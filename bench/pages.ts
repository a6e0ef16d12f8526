/**
 * `npm run bench:pages`: how soon the pages are seen and how quickly they answer, in a real Chromium, with 10,000 tasks in the
 * history. First contentful paint is the median of several loads with an empty cache; interaction to next paint is the worst
 * of all interactions, as browsers report it for a page.
 */

import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, visit } from '../tests/support/browser.ts';
import { type GatewayProcess, makeDirectory, startGatewayProcess } from '../tests/support/gateway-process.ts';
import { createTask, finishTask } from '../tests/support/native-client.ts';
import { fillStore } from './fill-store.ts';
import { describeMachine } from './machine.ts';
import { median } from './median.ts';

const taskCount = 10_000;
const firstTasks = 5;
const loads = 7;
/** Events that are shorter are not reported at all; the least that browsers allow. */
const shortestMs = 16;

/** Runs before the page's own scripts. */
const watchEvents = `
  window.interactions = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.interactionId > 0) window.interactions.push({ name: entry.name, ms: entry.duration });
    }
  }).observe({ type: 'event', durationThreshold: ${shortestMs}, buffered: true });
`;

type Interaction = { readonly place: string; readonly name: string; readonly ms: number };

async function fill(directory: string): Promise<void> {
  await using gateway = await startGatewayProcess({ directory });
  for (let count = 0; count < firstTasks; count += 1) {
    const { id } = await createTask(gateway, 'preview/text-to-image', {
      prompt: 'A quiet harbour',
      resolution: '1080p',
    });
    await finishTask(gateway, id);
  }
  await gateway.stop();
  fillStore(directory, taskCount / firstTasks);
}

async function paintOf(browser: Browser, gateway: GatewayProcess, path: string): Promise<number> {
  const paints: number[] = [];
  for (let load = 0; load < loads; load += 1) {
    await using visitor = await visit(browser, gateway);
    // Signing in has filled the cache of this context.
    const session = await visitor.context.newCDPSession(visitor.page);
    await session.send('Network.clearBrowserCache');
    await visitor.page.goto(`${gateway.url}/ui${path}`);
    await visitor.page.getByRole('heading', { level: 1 }).waitFor();
    const at = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0";
    paints.push(await visitor.page.evaluate<number>(at));
  }
  return median(paints);
}

/** What people do in the history and the gallery. */
async function interact(page: Page, gateway: GatewayProcess): Promise<readonly Interaction[]> {
  const found: Interaction[] = [];
  const collect = async (place: string) => {
    await delay(500);
    const events = await page.evaluate<readonly Omit<Interaction, 'place'>[]>('window.interactions.splice(0)');
    found.push(...events.map((event) => ({ place, ...event })));
  };
  await page.goto(`${gateway.url}/ui/tasks`);
  await page.locator('.frame').first().waitFor();
  for (let pages = 0; pages < 20; pages += 1) {
    await page.locator('.more').scrollIntoViewIfNeeded();
    await delay(150);
  }
  await page.locator('.frame').first().focus();
  for (const key of ['Space', 'ArrowRight', 'ArrowDown', 'Space', 'Shift+Space', 'End', 'Home']) {
    await page.keyboard.press(key);
    await delay(100);
  }
  await page.locator('.frame-choice').nth(3).click();
  await page.getByLabel('State').selectOption('succeeded');
  await collect('history');
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('A model or a page').pressSequentially('preview video', { delay: 60 });
  await page.keyboard.press('Escape');
  await collect('search');
  await page.goto(`${gateway.url}/ui/`);
  await page.getByRole('searchbox').pressSequentially('vidu', { delay: 60 });
  await page.getByLabel('What it does').selectOption('text-to-video');
  await collect('gallery');
  await page.goto(`${gateway.url}/ui/models/preview/text-to-image`);
  await page.getByRole('textbox', { name: 'Prompt' }).pressSequentially('A quiet harbour at dusk', { delay: 30 });
  await collect('model');
  return found;
}

const directory = await makeDirectory();
try {
  console.log(describeMachine(directory).join('\n'));
  await fill(directory);
  await using gateway = await startGatewayProcess({ directory });
  const browser = await openBrowser();
  try {
    for (const path of ['/', '/tasks', '/console']) {
      console.log(`first contentful paint of ${path}: ${Math.round(await paintOf(browser, gateway, path))} ms`);
    }
    await using visitor = await visit(browser, gateway);
    await visitor.page.addInitScript(watchEvents);
    const found = await interact(visitor.page, gateway);
    console.log('interaction to next paint, the worst and the middle of those longer than 16 ms:');
    for (const [place, events] of Map.groupBy(found, (event) => event.place)) {
      const times = events.map(({ ms }) => ms);
      const worst = events.find(({ ms }) => ms === Math.max(...times));
      console.log(`${place}: ${worst?.ms} ms (${worst?.name}), ${median(times)} ms, of ${events.length}`);
    }
  } finally {
    await browser.close();
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
