/** The lights a scene can stand in. Colours were chosen by eye on the finished plates. */
import type { LightName } from '../prompt/setting.ts';
import { type Colour, hex, scale } from './canvas.ts';

export type Light = {
  readonly skyTop: Colour;
  readonly skyMiddle: Colour;
  readonly skyHorizon: Colour;
  /** Colour and strength of direct light. */
  readonly sun: Colour;
  /** Colour and strength of light from all sides. */
  readonly ambient: Colour;
  /** What distance fades to. */
  readonly haze: Colour;
  /** Height of the sun or moon above the horizon, as a share of the frame's height. */
  readonly sunHeight: number;
  /** Tangent of the angle at which light falls: small is long shadows. */
  readonly slope: number;
  readonly cloudLit: Colour;
  readonly cloudShade: Colour;
  readonly cloudCover: number;
  readonly exposure: number;
  readonly hasStars: boolean;
};

const day: Light = {
  skyTop: hex('#2f6fb8'),
  skyMiddle: hex('#7fb2e0'),
  skyHorizon: hex('#dbe9f2'),
  sun: scale(hex('#fff1d8'), 1.15),
  ambient: scale(hex('#a9c4e4'), 0.42),
  haze: hex('#c3d8e8'),
  sunHeight: 0.42,
  slope: 0.75,
  cloudLit: scale(hex('#ffffff'), 1),
  cloudShade: hex('#a9b9cd'),
  cloudCover: 0.5,
  exposure: 1,
  hasStars: false,
};

export const lights: Record<LightName, Light> = {
  day,
  golden: {
    skyTop: hex('#4a86bd'),
    skyMiddle: hex('#a9c6d6'),
    skyHorizon: hex('#f7dfb2'),
    sun: scale(hex('#ffcf8a'), 1.25),
    ambient: scale(hex('#a8b4cc'), 0.36),
    haze: hex('#efcfa4'),
    sunHeight: 0.2,
    slope: 0.36,
    cloudLit: hex('#fff0d6'),
    cloudShade: hex('#b8a9a4'),
    cloudCover: 0.34,
    exposure: 0.98,
    hasStars: false,
  },
  dawn: {
    skyTop: hex('#4b6a9e'),
    skyMiddle: hex('#a8b6cf'),
    skyHorizon: hex('#fbd3b4'),
    sun: scale(hex('#ffc6a0'), 1.05),
    ambient: scale(hex('#93a2c4'), 0.36),
    haze: hex('#dcc5c4'),
    sunHeight: 0.09,
    slope: 0.24,
    cloudLit: hex('#ffd6c0'),
    cloudShade: hex('#8a8fae'),
    cloudCover: 0.42,
    exposure: 0.88,
    hasStars: false,
  },
  sunset: {
    skyTop: hex('#33447a'),
    skyMiddle: hex('#c27a8c'),
    skyHorizon: hex('#ffb868'),
    sun: scale(hex('#ff9a52'), 1.25),
    ambient: scale(hex('#7c6f9e'), 0.3),
    haze: hex('#eb9668'),
    sunHeight: 0.07,
    slope: 0.2,
    cloudLit: scale(hex('#ff9a6a'), 1.05),
    cloudShade: hex('#6a4a70'),
    cloudCover: 0.55,
    exposure: 0.82,
    hasStars: false,
  },
  night: {
    skyTop: hex('#060b20'),
    skyMiddle: hex('#122046'),
    skyHorizon: hex('#2c4372'),
    sun: scale(hex('#a9c2ff'), 0.34),
    ambient: scale(hex('#34508c'), 0.24),
    haze: hex('#223660'),
    sunHeight: 0.34,
    slope: 0.5,
    cloudLit: hex('#4a5f90'),
    cloudShade: hex('#131c38'),
    cloudCover: 0.25,
    exposure: 0.5,
    hasStars: true,
  },
  overcast: {
    skyTop: hex('#8b98a6'),
    skyMiddle: hex('#b3bdc6'),
    skyHorizon: hex('#d9dddf'),
    sun: scale(hex('#e6ebf0'), 0.45),
    ambient: scale(hex('#c4ccd4'), 0.62),
    haze: hex('#c6ced4'),
    sunHeight: 0.4,
    slope: 1.2,
    cloudLit: hex('#dfe4e8'),
    cloudShade: hex('#8993a0'),
    cloudCover: 0.8,
    exposure: 0.85,
    hasStars: false,
  },
  storm: {
    skyTop: hex('#2b323c'),
    skyMiddle: hex('#4c5763'),
    skyHorizon: hex('#a3a99f'),
    sun: scale(hex('#dfe3d6'), 0.42),
    ambient: scale(hex('#8d98a6'), 0.42),
    haze: hex('#7f8a90'),
    sunHeight: 0.3,
    slope: 0.8,
    cloudLit: hex('#9aa3a6'),
    cloudShade: hex('#2a3038'),
    cloudCover: 0.95,
    exposure: 0.6,
    hasStars: false,
  },
  neon: {
    skyTop: hex('#0a0620'),
    skyMiddle: hex('#2a0f4a'),
    skyHorizon: hex('#8a2a7c'),
    sun: scale(hex('#ff5cc8'), 0.6),
    ambient: scale(hex('#4a3c9a'), 0.35),
    haze: hex('#5a2a86'),
    sunHeight: 0.2,
    slope: 0.5,
    cloudLit: hex('#8a3a9a'),
    cloudShade: hex('#1a0c34'),
    cloudCover: 0.3,
    exposure: 0.62,
    hasStars: false,
  },
  lamp: {
    skyTop: hex('#1b2440'),
    skyMiddle: hex('#46466a'),
    skyHorizon: hex('#d8a070'),
    sun: scale(hex('#ffc27a'), 0.95),
    ambient: scale(hex('#8a6a58'), 0.3),
    haze: hex('#7a5638'),
    sunHeight: 0.3,
    slope: 0.6,
    cloudLit: hex('#c89a80'),
    cloudShade: hex('#3a3450'),
    cloudCover: 0.3,
    exposure: 0.72,
    hasStars: false,
  },
  studio: {
    ...day,
    skyTop: hex('#7d848c'),
    skyMiddle: hex('#a9aeb4'),
    skyHorizon: hex('#d4d6d8'),
    sun: scale(hex('#fff6ea'), 1),
    ambient: scale(hex('#c8ced6'), 0.5),
    haze: hex('#c9ccd0'),
    cloudCover: 0,
  },
};
