/** Puts clips one after the other, each with a transition into the next, in constant memory. */

/** A part of a film. Each frame (planar I420) is valid until the next one is asked for. */
export type Clip = {
  /** Exactly as many as `open` gives. */
  readonly frames: number;
  open(): AsyncIterable<Uint8Array>;
};

/** The frames in which two neighbours are both seen. */
export type Joint = {
  readonly frames: number;
  /** Writes the frame that shows both; `step` counts from 0. */
  mix(from: Uint8Array, to: Uint8Array, step: number, out: Uint8Array): void;
};

/** Sum of the clips less the overlaps. */
export function joinedFrames(clips: readonly Pick<Clip, 'frames'>[], joints: readonly Pick<Joint, 'frames'>[]): number {
  const sum = (parts: readonly { readonly frames: number }[]) => parts.reduce((total, { frames }) => total + frames, 0);
  return sum(clips) - sum(joints);
}

async function take(frames: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const { done, value } = await frames.next();
  if (done === true) throw new Error('a clip ended early');
  return value;
}

/** `joints[n]` stands between clip n and n + 1; every clip must be at least as long as both of its joints. */
export async function* joinClips(
  clips: readonly Clip[],
  joints: readonly Joint[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const running: AsyncIterator<Uint8Array>[] = [];
  const close = async () => {
    for (const frames of running.splice(0)) await frames.return?.();
  };
  try {
    let mixed: Uint8Array | undefined;
    for (const [index, clip] of clips.entries()) {
      if (running.length === 0) running.push(clip.open()[Symbol.asyncIterator]());
      const frames = running[0] as AsyncIterator<Uint8Array>;
      const before = joints[index - 1]?.frames ?? 0;
      const joint = joints[index];
      const own = clip.frames - before - (joint?.frames ?? 0);
      for (let count = 0; count < own; count++) yield await take(frames);
      const following = clips[index + 1];
      if (following !== undefined && joint !== undefined && joint.frames > 0) {
        const followingFrames = following.open()[Symbol.asyncIterator]();
        running.push(followingFrames);
        for (let step = 0; step < joint.frames; step++) {
          const from = await take(frames);
          const to = await take(followingFrames);
          mixed ??= new Uint8Array(from.length);
          joint.mix(from, to, step, mixed);
          yield mixed;
        }
      }
      running.shift();
      await frames.return?.();
    }
  } finally {
    await close();
  }
}
