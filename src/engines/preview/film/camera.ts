/** Where the virtual camera stands in every frame. Lengths are shares of the frame's width; x runs right, y down. */
import type { MoveKind } from '../prompt/moves.ts';
import type { Shot } from '../prompt/shot.ts';
import { randomStream } from '../random.ts';
import { ease } from './easing.ts';
import { type Coast, coastAt, type Glide } from './glide.ts';

export type Pose = {
  /** Sideways move of the camera: shifts near things more than far ones. */
  readonly truckX: number;
  readonly truckY: number;
  /** Turn of the camera: shifts everything alike. */
  readonly panX: number;
  readonly panY: number;
  /** Travel towards the scene: near things grow faster. */
  readonly travel: number;
  /** Change of focal length: everything grows alike. 1 shows the whole picture. */
  readonly zoom: number;
  /** Radians. */
  readonly roll: number;
  /** 1 keeps the subject's distance still while the rest moves around it, 0 keeps the far background still. */
  readonly lock: number;
  /** 1 keeps the subject's size by the lens whatever the travel does to it, 0 lets it grow. */
  readonly hold: number;
  /** How far out the point lies that growing starts from: 0 the frame's middle, 1 the subject. */
  readonly anchor: number;
  /** Time since frame 0: what sways and drifts by itself depends on it. */
  readonly seconds: number;
  /** How a film before it goes on moving; nowhere, when absent. */
  readonly coast?: Coast;
};

export const amplitudes = { auto: 0.8, small: 0.45, medium: 0.8, large: 1.3 } as const;
export type Amplitude = keyof typeof amplitudes;

export type CameraPlan = {
  readonly shot: Shot;
  /** Strength of all moves together: amplitude times pace. */
  readonly strength: number;
  /** Direction of what the prompt left open: -1 or 1. */
  readonly side: number;
  /** Phases of the organic drift, radians. */
  readonly phases: readonly number[];
  readonly seed: number;
  readonly frames: number;
  readonly frameRate: number;
  /** Goes on from a film that was moving. */
  readonly glide?: Glide;
};

export function planCamera(
  shot: Shot,
  amplitude: Amplitude,
  seed: number,
  frames: number,
  frameRate: number,
): CameraPlan {
  const random = randomStream(seed, 'camera');
  const side = random() < 0.5 ? -1 : 1;
  const phases = Array.from({ length: 4 }, () => random() * 2 * Math.PI);
  const strength = amplitudes[amplitude] * shot.pace * shortened(frames / frameRate);
  return { shot, strength, side, phases, seed, frames, frameRate };
}

/** Shorter than this, a film has time for a part of a move only: the whole of it would be a jerk. */
const wholeMoveSeconds = 2.4;

function shortened(seconds: number): number {
  return Math.max(0.5, Math.min(1, (seconds / wholeMoveSeconds) ** 0.7));
}

/** Strength of a full move at strength 1; chosen by eye on 5 s films. */
const reach = {
  dollyTravel: 0.26,
  dollyZoom: 0.05,
  outZoom: 0.2,
  zoom: 0.3,
  pastTravel: 0.46,
  pan: 0.085,
  panTruck: 0.03,
  truck: 0.1,
  truckPan: 0.03,
  crane: 0.11,
  cranePan: 0.02,
  orbit: 0.1,
  orbitTravel: 0.02,
  roll: 0.09,
  rollZoom: 0.1,
  vertigoOut: 0.34,
  vertigoIn: 0.3,
  staticTravel: 0.012,
} as const;

/** A whip pan: when it begins, how long it lasts, both as shares of its part of the film, and how much further it goes. */
const suddenFrom = 0.42;
const suddenLength = 0.16;
const suddenStrength = 1.5;

/** No camera is ever quite still: a slow drift below a fifth of a percent of the width, faded in over this time. */
const driftFadeSeconds = 0.8;
const handheldFactor = 5;

const towards: ReadonlySet<MoveKind> = new Set(['dolly-in', 'dolly-out', 'zoom-in', 'zoom-out', 'push-past']);

/**
 * Where growing starts: right on the subject when a move is locked to it; a little beyond it when the camera only goes
 * there, so that it comes towards the middle. A move that goes aside needs as much room on both sides: the middle.
 */
function anchorOf({ segments }: Shot): number {
  const kinds = segments.flatMap((moves) => moves.map(({ kind }) => kind));
  if (kinds.some((kind) => kind === 'orbit' || kind === 'dolly-zoom')) return 1;
  if (kinds.every((kind) => towards.has(kind))) return 1.2;
  return kinds.some((kind) => towards.has(kind)) ? 0.6 : 0;
}

type MutablePose = { -readonly [Key in keyof Pose]: Pose[Key] };

export function poseAt(plan: CameraPlan, frame: number): Pose {
  const { shot, strength, side } = plan;
  const pose: MutablePose = {
    truckX: 0,
    truckY: 0,
    panX: 0,
    panY: 0,
    travel: 0,
    zoom: 1,
    roll: 0,
    lock: 0,
    hold: 0,
    anchor: anchorOf(shot),
    seconds: frame / plan.frameRate,
  };
  const time = plan.frames > 1 ? frame / (plan.frames - 1) : 0;
  for (const [index, moves] of shot.segments.entries()) {
    const local = time * shot.segments.length - index;
    for (const { kind, x, y, share = 1, isSudden = false } of moves) {
      const e = ease(isSudden ? (local - suddenFrom) / suddenLength : local);
      const s = strength * share * (isSudden ? suddenStrength : 1);
      const toSide = x === 0 ? side : x;
      switch (kind) {
        case 'dolly-in':
          pose.travel += reach.dollyTravel * s * e;
          pose.zoom *= 1 + reach.dollyZoom * s * e;
          break;
        case 'dolly-out':
          // Nothing lies outside the photograph, so a way out starts close and ends on the whole of it.
          pose.travel += reach.dollyTravel * s * (1 - e);
          pose.zoom *= 1 + reach.outZoom * s * (1 - e);
          break;
        case 'zoom-in':
          pose.zoom *= 1 + reach.zoom * s * e;
          break;
        case 'zoom-out':
          pose.zoom *= 1 + reach.zoom * s * (1 - e);
          break;
        case 'push-past':
          pose.travel += reach.pastTravel * s * e;
          break;
        case 'pan':
        case 'tilt':
          pose.panX += x * reach.pan * s * e;
          pose.panY += y * reach.pan * s * e;
          pose.truckX += x * reach.panTruck * s * e;
          pose.truckY += y * reach.panTruck * s * e;
          break;
        case 'truck':
          pose.truckX += x * reach.truck * s * e;
          pose.panX += x * reach.truckPan * s * e;
          break;
        case 'crane':
          // The arm rises while the camera keeps looking at what stands in the middle.
          pose.truckY += y * reach.crane * s * e;
          pose.panY += y * reach.cranePan * s * e;
          break;
        case 'orbit':
          pose.truckX += toSide * reach.orbit * s * e;
          pose.travel += reach.orbitTravel * s * Math.sin(Math.PI * e);
          pose.lock = 1;
          break;
        case 'roll':
          // Of the camera: what it sees turns the other way, as with a pan.
          pose.roll -= toSide * reach.roll * s * e;
          pose.zoom *= 1 + reach.rollZoom * s * e;
          break;
        case 'dolly-zoom':
          // Away from the subject by default: the other way round, what lies outside the photograph would have to show.
          pose.travel += (x < 0 ? reach.vertigoIn : -reach.vertigoOut) * s * e;
          pose.hold = 1;
          pose.lock = 1;
          break;
        case 'static':
          pose.travel += reach.staticTravel * e;
          break;
        case 'handheld':
          break;
      }
    }
  }
  pose.coast = coastAt(plan.glide, frame);
  addDrift(pose, plan, pose.seconds);
  return pose;
}

function addDrift(pose: MutablePose, { shot, phases }: CameraPlan, seconds: number): void {
  const [a = 0, b = 0, c = 0, d = 0] = phases;
  const fade = ease(seconds / driftFadeSeconds);
  const factor = fade * (shot.handheld ? handheldFactor : 1);
  pose.truckX += factor * 0.0016 * (wave(seconds, 1.3, a) - Math.sin(a));
  pose.truckY += factor * 0.0013 * (wave(seconds, 1.7, b) - Math.sin(b));
  if (!shot.handheld) return;
  // The arm sways, the hand trembles.
  pose.panX += fade * (0.0085 * wave(seconds, 2.3, d) + 0.005 * wave(seconds, 6.1, c) + 0.002 * wave(seconds, 13.3, d));
  pose.panY +=
    fade * (0.0075 * wave(seconds, 2.9, a) + 0.0045 * wave(seconds, 7.3, b) + 0.0018 * wave(seconds, 15.1, a));
  pose.roll += fade * 0.006 * wave(seconds, 3.7, c);
}

function wave(seconds: number, frequency: number, phase: number): number {
  return Math.sin(frequency * seconds + phase);
}
