/** How far a film has come. */
import type { FramePicture } from '../glimpse.ts';

export type TellProgress = (progress: number, frame?: FramePicture) => void;

/** Shares of the whole time, measured on 5 s at 720p: what comes before the first frame, and what after the last. */
export const preparedShare = 0.1;
const framesShare = 0.88;

/** Progress while frames are encoded. */
export function tellFrames(tell: TellProgress, frames: number): (count: number, frame: FramePicture) => void {
  return (count, frame) => tell(preparedShare + framesShare * Math.min(1, count / frames), frame);
}

/** Progress while several pictures are looked at. */
export function tellAnalysed(tell: TellProgress): (share: number) => void {
  return (share) => tell(preparedShare * 0.9 * share);
}
