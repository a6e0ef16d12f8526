/** The engines there are. One line each; nothing else in the project names them. */
import { join } from 'node:path';
import type { Engine } from '../core/engine-port.ts';
import type { SettingValues } from '../settings.ts';
import { createPreviewEngine } from './preview/index.ts';

export type EngineServices = {
  readonly values: SettingValues;
  /** A directory of this start's own, for what engines keep while they work. */
  readonly scratchDirectory: string;
  readonly log: (event: string, fields: Record<string, unknown>) => void;
};

export type EngineRegistration = {
  create(services: EngineServices): Engine;
  /** Whether its tasks cost nothing, whatever the price list says. */
  isFree(values: SettingValues): boolean;
};

export const engineRegistry: readonly EngineRegistration[] = [
  {
    create: ({ values, scratchDirectory, log }) =>
      createPreviewEngine({
        workDir: join(scratchDirectory, 'preview'),
        log,
        // Who only takes tasks renders none.
        spares: values['worker.enabled'] ? values['preview.spares'] : 0,
        ...(values['preview.models'] === '' ? {} : { modelDirectory: values['preview.models'] }),
        ...(values['preview.ffmpeg'] === '' ? {} : { ffmpegPath: values['preview.ffmpeg'] }),
        ...(values['preview.concurrency'] === 0 ? {} : { concurrency: values['preview.concurrency'] }),
      }),
    isFree: (values) => values['preview.price'] === 'free',
  },
];
