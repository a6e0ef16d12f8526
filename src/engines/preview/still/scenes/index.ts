/** Every place the engine can paint, by name. */
import type { SceneName } from '../../prompt/setting.ts';
import type { Plate, Stage } from '../stage.ts';
import { paintSpace, paintStudio } from './abstract.ts';
import { paintBeach } from './beach.ts';
import { paintCastle, paintVillage } from './buildings.ts';
import { paintCity } from './city.ts';
import { paintClouds, paintStarfield, paintUnderwater } from './expanses.ts';
import { paintForest } from './forest.ts';
import { paintHarbour } from './harbour.ts';
import { paintLake } from './lake.ts';
import { paintCanyon, paintDesert, paintMountains } from './landscapes.ts';
import { paintLibrary } from './library.ts';
import { paintMeadow } from './meadow.ts';
import { paintPaper } from './paper.ts';
import { paintRoom, paintTable } from './room.ts';
import { paintSnow } from './snow.ts';

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
  canyon: paintCanyon,
  village: paintVillage,
  castle: paintCastle,
  harbour: paintHarbour,
  room: paintRoom,
  table: paintTable,
  abstract: paintPaper,
  underwater: paintUnderwater,
  clouds: paintClouds,
  stars: paintStarfield,
};
