/**
 * Takes the pictures of the pages that the documents show: `node scripts/screenshots.ts`. With a folder it takes every page
 * there instead, light and dark, on a desk and on a phone, for somebody to look at.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser, phone, visit } from '../tests/support/browser.ts';
import { type GatewayProcess, startGatewayProcess } from '../tests/support/gateway-process.ts';
import { createTask, finishTask, uploadFile } from '../tests/support/native-client.ts';
import { readPhoto } from '../tests/support/photos.ts';
import { buildWeb } from './build-web.ts';

type Shot = {
  readonly name: string;
  readonly path: string;
  readonly isDark?: boolean;
  readonly isPhone?: boolean;
  readonly locale?: string;
};

const settleMs = 1_500;
const model = 'vidu/q2/reference-to-image';

async function take(browser: Browser, gateway: GatewayProcess, directory: string, shot: Shot): Promise<void> {
  await using visitor = await visit(browser, gateway, {
    colorScheme: shot.isDark === true ? 'dark' : 'light',
    ...(shot.isPhone === true ? { viewport: phone } : {}),
    ...(shot.locale === undefined ? {} : { locale: shot.locale }),
  });
  await visitor.page.goto(`${gateway.url}/ui${shot.path}`);
  await visitor.page.waitForTimeout(settleMs);
  await visitor.page.screenshot({ path: join(directory, `${shot.name}.jpg`), type: 'jpeg', quality: 82 });
  visitor.assertNoComplaints();
}

/** Tasks to be seen: a picture from a photograph, a film, one that waits. */
async function fill(gateway: GatewayProcess): Promise<{ readonly picture: string; readonly film: string }> {
  const { id: photo } = await uploadFile(gateway, readPhoto('astronaut.png'));
  const input = { prompt: 'This person is lying in the desert', images: [photo], seed: 3 };
  const film = { prompt: 'A meadow in the morning, the camera moves in slowly', duration: 2, resolution: '360p' };
  const made = [
    await createTask(gateway, model, input),
    await createTask(gateway, 'preview/text-to-image', { prompt: 'A quiet harbour at dusk' }),
    await createTask(gateway, 'preview/text-to-image', { prompt: 'A library with tall windows' }),
    await createTask(gateway, 'preview/text-to-video', film),
  ];
  for (const { id } of made) await finishTask(gateway, id);
  await createTask(gateway, 'preview/text-to-video', { prompt: 'A long walk in the forest', duration: 16 });
  await createTask(gateway, 'preview/text-to-video', { prompt: 'Snow falls on the mountains', duration: 5 });
  return { picture: made[0]?.id ?? '', film: made[3]?.id ?? '' };
}

function everyPage({ picture, film }: Awaited<ReturnType<typeof fill>>): readonly Shot[] {
  const pages = {
    gallery: '/',
    form: '/models/preview/text-to-video',
    api: `/models/${model}?view=api`,
    reference: '/reference?api=vidu',
    result: `/models/${model}?task=${picture}`,
    elsewhere: '/models/alibaba/happyhorse-1.0/reference-to-video',
    history: '/tasks',
    film: `/tasks/${film}`,
    overview: '/console',
    tenants: '/console/tenants',
    tasks: '/console/tasks',
    deliveries: '/console/deliveries',
    engines: '/console/engines',
    settings: '/console/settings',
  };
  return Object.entries(pages).flatMap(([name, path]) =>
    [false, true].flatMap((isPhone) =>
      [false, true].map((isDark) => ({
        name: `${name}-${isPhone ? 'phone' : 'desk'}-${isDark ? 'dark' : 'light'}`,
        path,
        isPhone,
        isDark,
        ...(isPhone && isDark ? { locale: 'zh-CN' } : {}),
      })),
    ),
  );
}

function pagesOfDocuments({ picture }: Awaited<ReturnType<typeof fill>>): readonly Shot[] {
  return [
    { name: 'playground', path: `/models/${model}?task=${picture}` },
    { name: 'gallery', path: '/', isDark: true },
    { name: 'history-phone', path: '/tasks', isPhone: true },
  ];
}

async function main(folder: string | undefined): Promise<void> {
  const directory = folder ?? join(import.meta.dirname, '../docs/images');
  mkdirSync(directory, { recursive: true });
  await buildWeb();
  await using gateway = await startGatewayProcess();
  const browser = await openBrowser();
  try {
    const tasks = await fill(gateway);
    const shots = folder === undefined ? pagesOfDocuments(tasks) : everyPage(tasks);
    for (const shot of shots) await take(browser, gateway, directory, shot);
  } finally {
    await browser.close();
  }
}

await main(process.argv[2]);
