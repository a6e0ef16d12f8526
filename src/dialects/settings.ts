/** The settings of every dialect that has some: one line each. */
import { runcomfySettings } from './runcomfy/settings.ts';
import { runninghubSettings } from './runninghub/settings.ts';
import { viduSettings } from './vidu/settings.ts';
import { vtrixSettings } from './vtrix/settings.ts';

export const dialectSettings = {
  ...runcomfySettings,
  ...viduSettings,
  ...vtrixSettings,
  ...runninghubSettings,
} as const;
