// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Loudness after ITU-R BS.1770-4: K-weighted, 400 ms blocks every 100 ms, gated at -70 LUFS and 10 LU below the mean. */

export const sampleRate = 48_000;

type Biquad = readonly [b0: number, b1: number, b2: number, a1: number, a2: number];

/** BS.1770-4 tables 1 and 2, for 48 kHz. */
const shelf: Biquad = [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585];
const highPass: Biquad = [1, -2, 1, -1.99004745483398, 0.99007225036621];

function filter(input: Float32Array, [b0, b1, b2, a1, a2]: Biquad): Float32Array {
  const output = new Float32Array(input.length);
  let x1 = 0;
  let x2 = 0;
  let y1 = 0;
  let y2 = 0;
  for (let index = 0; index < input.length; index++) {
    const x = input[index]!;
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    output[index] = y;
  }
  return output;
}

function decibels(power: number): number {
  return -0.691 + 10 * Math.log10(power + 1e-12);
}

/** Integrated loudness in LUFS of a stereo signal at 48 kHz; about -120 for silence or less than 400 ms. */
export function measureLoudness(left: Float32Array, right: Float32Array): number {
  const weightedLeft = filter(filter(left, shelf), highPass);
  const weightedRight = filter(filter(right, shelf), highPass);
  const block = 0.4 * sampleRate;
  const hop = 0.1 * sampleRate;
  const powers: number[] = [];
  for (let start = 0; start + block <= weightedLeft.length; start += hop) {
    let sum = 0;
    for (let index = start; index < start + block; index++) {
      sum += weightedLeft[index]! ** 2 + weightedRight[index]! ** 2;
    }
    powers.push(sum / block);
  }
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const audible = powers.filter((power) => decibels(power) > -70);
  const gate = decibels(mean(audible)) - 10;
  return decibels(mean(audible.filter((power) => decibels(power) > gate)));
}
