/** Puts clips one after the other, each faded into the next, in constant memory. */

/** A part of a film. Each frame (planar I420) is valid until the next one is asked for. */
export type Clip = {
  /** Exactly as many as `open` gives. */
  readonly frames: number;
  open(): AsyncIterable<Uint8Array>;
};

/** Mixes two frames; `share` 0 is all of `from`, 1 all of `to`. In whole 256ths, so the same everywhere. */
export function blendFrames(from: Uint8Array, to: Uint8Array, share: number, out: Uint8Array): void {
  const second = Math.round(share * 256);
  const first = 256 - second;
  for (let index = 0; index < out.length; index++) {
    out[index] = ((from[index] as number) * first + (to[index] as number) * second + 128) >> 8;
  }
}

/** How far a fade has come after `step` of `steps` frames, neither 0 nor 1: those stand beside it. */
export function fadeShare(step: number, steps: number): number {
  const t = (step + 1) / (steps + 1);
  return t * t * (3 - 2 * t);
}

/** Sum of the clips less the overlaps. */
export function joinedFrames(clips: readonly Pick<Clip, 'frames'>[], overlap: number): number {
  return clips.reduce((sum, { frames }) => sum + frames, 0) - overlap * Math.max(0, clips.length - 1);
}

async function take(frames: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const { done, value } = await frames.next();
  if (done === true) throw new Error('a clip ended early');
  return value;
}

/** Every clip must be at least twice as long as `overlap`, the first and the last at least as long. */
export async function* joinClips(clips: readonly Clip[], overlap: number): AsyncGenerator<Uint8Array, void, undefined> {
  const running: AsyncIterator<Uint8Array>[] = [];
  const close = async () => {
    for (const frames of running.splice(0)) await frames.return?.();
  };
  try {
    let mixed: Uint8Array | undefined;
    for (const [index, clip] of clips.entries()) {
      const isFirst = index === 0;
      const frames = running[0] ?? clip.open()[Symbol.asyncIterator]();
      if (isFirst) running.push(frames);
      const following = clips[index + 1];
      const own = clip.frames - (isFirst ? 0 : overlap) - (following === undefined ? 0 : overlap);
      for (let count = 0; count < own; count++) yield await take(frames);
      if (following === undefined) continue;
      const followingFrames = following.open()[Symbol.asyncIterator]();
      running.push(followingFrames);
      for (let step = 0; step < overlap; step++) {
        const from = await take(frames);
        const to = await take(followingFrames);
        mixed ??= new Uint8Array(from.length);
        blendFrames(from, to, fadeShare(step, overlap), mixed);
        yield mixed;
      }
      running.shift();
      await frames.return?.();
    }
  } finally {
    await close();
  }
}
