/** Every scenario, in the order they run. A new one is a file and a line here. */
import type { Scenario } from './scenario.ts';
import { status } from './status.ts';
import { submitNative } from './submit-native.ts';
import { submitRuncomfy } from './submit-runcomfy.ts';

export const scenarios: readonly Scenario[] = [submitRuncomfy, submitNative, status];
