/** Every place the engine can paint, by name. */
import type { SceneName } from '../../prompt/setting.ts';
import type { Plate, Stage } from '../stage.ts';
import { paintSpace, paintStudio } from './abstract.ts';
import { paintCity } from './city.ts';
import { paintLake } from './lake.ts';
import { paintDesert, paintMeadow, paintMountains, paintSnow } from './landscapes.ts';
import { paintLibrary } from './library.ts';
import { paintBeach, paintForest } from './nature.ts';

export const scenes: Record<SceneName, (stage: Stage) => Plate> = {
  desert: paintDesert,
  library: paintLibrary,
  beach: paintBeach,
  lake: paintLake,
  mountains: paintMountains,
  forest: paintForest,
  city: paintCity,
  studio: paintStudio,
  meadow: paintMeadow,
  snow: paintSnow,
  space: paintSpace,
};
