/**
 * `npm run screenshots`: every page in light and dark, on a desktop and a phone, into docs/images/ui/. Starts a gateway of
 * its own, lets it make a few things, and looks at them with the Chromium of the tests.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { openBrowser, phone, visit, waitInPage } from '../tests/support/browser.ts';
import {
  type GatewayProcess,
  makeDirectory,
  removeDirectory,
  startGatewayProcess,
} from '../tests/support/gateway-process.ts';
import { createTask, finishTask, uploadFile } from '../tests/support/native-client.ts';
import { startReceiver } from '../tests/support/receiver.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/images/ui');
const desktop = { width: 1280, height: 800 };
/** Wide enough to read, and all of them together stay at some hundred kilobytes. */
const desktopWidth = 840;
const phoneWidth = 320;
const quality = 45;

type Shot = { readonly name: string; readonly path: string; readonly prepare?: (page: Page) => Promise<unknown> };

/** How long the player's own sign of waiting takes to fade. */
const spinnerMs = 1_500;

/** What is asked of a video element; see HTMLMediaElement of the HTML standard. */
type Film = { readonly readyState: number };

/** The settings show it: where an installed server would have it, if nothing is there and it may be made. */
async function makeDataDirectory(): Promise<string> {
  const usual = '/var/lib/framegate';
  return await mkdir(usual).then(
    () => usual,
    () => makeDirectory(),
  );
}

async function makeThings(gateway: GatewayProcess, webhookUrl: string): Promise<readonly Shot[]> {
  const make = async (model: string, input: unknown) =>
    await finishTask(gateway, (await createTask(gateway, model, input)).id);
  const photo = await uploadFile(gateway, await readFile(join(root, 'examples/photos/astronaut.png')));
  const desert = await make('vidu/q2/reference-to-image', {
    prompt: 'This person is lying in the desert',
    images: [photo.id],
  });
  const sepia = await make('preview/image-to-image', { prompt: 'A sepia photograph', images: [photo.id] });
  for (const prompt of ['A quiet harbour at dusk', 'Mountains above the clouds', 'A field of poppies in the wind']) {
    await make('preview/text-to-image', { prompt });
  }
  const film = await make('preview/text-to-video', {
    prompt: 'A meadow in the morning',
    duration: 2,
    resolution: '360p',
  });
  const large = await make('preview/upscale-image', {
    images: [desert.output?.files[0]?.id],
    resolution: '2k',
  }).catch(() => undefined);
  const webhook = { url: webhookUrl };
  const wish = { model: 'preview/text-to-image', input: { prompt: 'A village in winter' }, webhook };
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(wish);
  const asked = await gateway.send('/v1/tasks', { method: 'POST', headers, body });
  await finishTask(gateway, ((await asked.json()) as { readonly id: string }).id);
  const compared = (page: Page) => page.getByRole('button', { name: 'Compare' }).click();
  const lineage = (page: Page) => page.getByRole('heading', { name: 'Used in' }).scrollIntoViewIfNeeded();
  return [
    { name: 'models', path: '/' },
    { name: 'model', path: `/models/preview/reference-to-video?from=${sepia.id}` },
    { name: 'api', path: '/models/vidu/q2/reference-to-image?view=api' },
    { name: 'reference', path: '/reference?api=vidu' },
    { name: 'result', path: `/tasks/${sepia.id}`, prepare: compared },
    {
      name: 'film',
      path: `/tasks/${film.id}`,
      prepare: async (page) => {
        await waitInPage(page.locator('video'), ({ readyState }: Film) => readyState === 4);
        await delay(spinnerMs);
      },
    },
    {
      name: 'closer',
      path: `/tasks/${desert.id}`,
      prepare: (page) => page.getByRole('button', { name: 'Look closer' }).click(),
    },
    ...(large === undefined ? [] : [{ name: 'lineage', path: `/tasks/${desert.id}`, prepare: lineage }]),
    { name: 'history', path: '/tasks', prepare: chooseTwo },
    { name: 'comparison', path: `/compare?tasks=${desert.id},${sepia.id}` },
    {
      name: 'search',
      path: '/',
      prepare: async (page) => {
        await page.keyboard.press('Control+k');
        await page.getByPlaceholder('A model or a page').fill('preview');
      },
    },
    { name: 'console', path: '/console' },
    {
      name: 'spend',
      path: '/console/usage',
      prepare: (page) => page.locator('.segments label', { hasText: 'List price' }).click(),
    },
    { name: 'tenants', path: '/console/tenants' },
    {
      name: 'tenant',
      path: '/console/tenants',
      prepare: async (page) => {
        await page.locator('td a').first().click();
        await page.getByRole('button', { name: 'Revoke' }).first().waitFor();
      },
    },
    { name: 'tasks', path: '/console/tasks' },
    { name: 'deliveries', path: '/console/deliveries' },
    { name: 'engines', path: '/console/engines' },
    { name: 'storage', path: '/console/storage' },
    { name: 'settings', path: '/console/settings' },
  ];
}

async function chooseTwo(page: Page): Promise<void> {
  await page.locator('.frame').first().focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
}

async function takeAll(browser: Browser, gateway: GatewayProcess, shots: readonly Shot[]): Promise<number> {
  let total = 0;
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [device, viewport] of [
      ['desktop', desktop],
      ['phone', phone],
    ] as const) {
      await using visitor = await visit(browser, gateway, { colorScheme, viewport });
      const { page } = visitor;
      for (const { name, path, prepare } of shots) {
        await page.goto(`${gateway.url}/ui${path}`);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await page.waitForLoadState('networkidle');
        await prepare?.(page);
        await page.waitForLoadState('networkidle');
        const picture = await page.screenshot({ animations: 'disabled' });
        const bytes = await sharp(picture)
          .resize({ width: device === 'desktop' ? desktopWidth : phoneWidth })
          .webp({ quality, effort: 6 })
          .toBuffer();
        await writeFile(join(folder, `${name}-${device}-${colorScheme}.webp`), bytes);
        total += bytes.length;
      }
    }
  }
  return total;
}

await mkdir(folder, { recursive: true });
const browser = await openBrowser();
const directory = await makeDataDirectory();
try {
  await using receiver = await startReceiver((response) => response.end());
  const environment = { FRAMEGATE_ALLOW_FETCH: receiver.door };
  await using gateway = await startGatewayProcess({ directory, environment });
  const shots = await makeThings(gateway, receiver.url);
  const total = await takeAll(browser, gateway, shots);
  console.log(`${shots.length * 4} screenshots, ${Math.round(total / 1000)} kB`);
} finally {
  await browser.close();
  await removeDirectory(directory);
}
