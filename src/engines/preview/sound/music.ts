// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Composes a small ambient track: pads on a chord progression, a soft bass, scattered plucks, a room around them. */
import { between, pick, type Random, randomStream } from '../random.ts';
import { measureLoudness, sampleRate } from './loudness.ts';

export type Mood = 'calm' | 'epic' | 'happy';

type Style = {
  readonly beatsPerMinute: number;
  /** Four chords of four notes, in semitones above the root. */
  readonly chords: readonly (readonly [number, number, number, number])[];
  /** How likely a half beat carries a pluck. */
  readonly pluckShare: number;
  readonly kick: number;
};

const styles = {
  calm: {
    beatsPerMinute: 72,
    chords: [
      [0, 4, 7, 11],
      [9, 12, 16, 19],
      [5, 9, 12, 16],
      [7, 11, 14, 17],
    ],
    pluckShare: 0.5,
    kick: 0,
  },
  epic: {
    beatsPerMinute: 92,
    chords: [
      [0, 3, 7, 12],
      [8, 12, 15, 20],
      [3, 7, 10, 15],
      [10, 14, 17, 22],
    ],
    pluckShare: 0.7,
    kick: 0.6,
  },
  happy: {
    beatsPerMinute: 112,
    chords: [
      [0, 4, 7, 12],
      [7, 11, 14, 19],
      [9, 12, 16, 21],
      [5, 9, 12, 17],
    ],
    pluckShare: 0.9,
    kick: 0.5,
  },
} as const satisfies Record<Mood, Style>;

/** Streaming services aim here; the contract of the films is -16 LUFS within 1. */
export const targetLoudness = -16;
/** -1.5 dB full scale: room for what AAC adds between the samples. */
const ceiling = 10 ** (-1.5 / 20);

export type Track = { readonly left: Float32Array; readonly right: Float32Array; readonly loudness: number };

function frequencyOf(note: number): number {
  return 440 * 2 ** ((note - 69) / 12);
}

/** Adds `sound(seconds)` from `start` for `length` seconds, placed between left (0) and right (1). */
function add(track: Track, start: number, length: number, place: number, sound: (seconds: number) => number): void {
  const from = Math.max(0, Math.round(start * sampleRate));
  const to = Math.min(track.left.length, Math.round((start + length) * sampleRate));
  for (let index = from; index < to; index++) {
    const value = sound((index - from) / sampleRate);
    track.left[index]! += value * (1 - place);
    track.right[index]! += value * place;
  }
}

function addPad(track: Track, start: number, bar: number, frequency: number, place: number, random: Random): void {
  const length = bar * 1.25;
  for (const detune of [-1, 0, 1]) {
    const speed = 2 * Math.PI * frequency * (1 + detune * 0.0022);
    const phase = random() * 2 * Math.PI;
    add(track, start, length, place, (seconds) => {
      const envelope = Math.min(1, seconds / 0.9) * Math.min(1, (length - seconds) / 1.1);
      const angle = phase + speed * seconds;
      return 0.028 * envelope * (Math.sin(angle) + 0.32 * Math.sin(2 * angle) + 0.14 * Math.sin(3 * angle));
    });
  }
}

function addBass(track: Track, start: number, bar: number, frequency: number): void {
  add(track, start, bar, 0.5, (seconds) => {
    const envelope = Math.min(1, seconds / 0.05) * Math.exp(-seconds * 0.6);
    return 0.22 * envelope * Math.sin(2 * Math.PI * frequency * seconds);
  });
}

function addPluck(track: Track, start: number, frequency: number, place: number, gain: number): void {
  add(track, start, 1.2, place, (seconds) => {
    const angle = 2 * Math.PI * frequency * seconds;
    const envelope = Math.exp(-seconds * 4.2) * Math.min(1, seconds / 0.004);
    return gain * envelope * (Math.sin(angle) + 0.25 * Math.sin(2 * angle) * Math.exp(-seconds * 6));
  });
}

function addKick(track: Track, start: number, gain: number): void {
  add(track, start, 0.3, 0.5, (seconds) => {
    const cycles = 48 * seconds + 9 * (1 - Math.exp(-seconds * 34));
    return 0.44 * gain * Math.sin(2 * Math.PI * cycles) * Math.exp(-seconds * 13);
  });
}

/** Schroeder's reverberator: six damped combs side by side, two all-passes after them. Delays in samples at 48 kHz. */
function addRoom(channel: Float32Array, offset: number): void {
  const wet = new Float32Array(channel.length);
  for (const base of [1697, 1762, 1625, 1548, 1391, 1478]) {
    const buffer = new Float32Array(base + offset);
    let position = 0;
    let damped = 0;
    for (let index = 0; index < channel.length; index++) {
      const out = buffer[position]!;
      damped = out * 0.7 + damped * 0.3;
      buffer[position] = channel[index]! + damped * 0.82;
      position = position + 1 === buffer.length ? 0 : position + 1;
      wet[index]! += out / 6;
    }
  }
  for (const base of [225, 556]) {
    const buffer = new Float32Array(base + offset);
    let position = 0;
    for (let index = 0; index < channel.length; index++) {
      const out = buffer[position]!;
      const into = wet[index]! + out * 0.5;
      buffer[position] = into;
      position = position + 1 === buffer.length ? 0 : position + 1;
      wet[index] = out - into * 0.5;
    }
  }
  for (let index = 0; index < channel.length; index++) channel[index] = channel[index]! * 0.8 + wet[index]! * 0.35;
}

function fadeEnds(channel: Float32Array, seconds: number): void {
  const out = Math.min(1.2, seconds * 0.25);
  for (let index = 0; index < channel.length; index++) {
    const time = index / sampleRate;
    channel[index]! *= Math.min(1, time / 0.25) * Math.min(1, (seconds - time) / out);
  }
}

/** Rounds peaks off smoothly instead of cutting them. */
function limit(channel: Float32Array, gain: number): void {
  const knee = ceiling * 0.8;
  for (let index = 0; index < channel.length; index++) {
    const value = channel[index]! * gain;
    const size = Math.abs(value);
    channel[index] =
      size <= knee ? value : Math.sign(value) * (knee + (ceiling - knee) * Math.tanh((size - knee) / (ceiling - knee)));
  }
}

/** A track of exactly `samples` samples at 48 kHz, at -16 LUFS (measured; a film below 0.4 s has no defined loudness). */
export function composeTrack(seed: number, samples: number, mood: Mood): Track {
  const random = randomStream(seed, 'music');
  const style: Style = styles[mood];
  const seconds = samples / sampleRate;
  const track = { left: new Float32Array(samples), right: new Float32Array(samples), loudness: targetLoudness };
  const root = 45 + Math.floor(random() * 5);
  const firstChord = Math.floor(random() * 4);
  const beat = 60 / style.beatsPerMinute;
  const bar = beat * 4;
  const chordAt = (time: number) => style.chords[(Math.floor(time / bar) + firstChord) % 4]!;
  for (let time = 0; time < seconds; time += bar) {
    const chord = chordAt(time + bar / 2);
    for (const [voice, note] of chord.entries()) {
      addPad(track, time, bar, frequencyOf(root + 12 + note), 0.5 + 0.3 * Math.sin(voice * 2.1 + seed), random);
    }
    addBass(track, time, bar, frequencyOf(root - 12 + chord[0]));
  }
  for (let time = 0; time < seconds; time += beat / 2) {
    if (random() > style.pluckShare) continue;
    const note = pick(random, chordAt(time + 1e-6));
    addPluck(track, time, frequencyOf(root + 24 + note), between(random, 0.25, 0.75), between(random, 0.06, 0.11));
  }
  if (style.kick > 0) for (let time = 0; time < seconds; time += beat) addKick(track, time, style.kick);
  addRoom(track.left, 0);
  addRoom(track.right, 23);
  for (const channel of [track.left, track.right]) fadeEnds(channel, seconds);

  // The limiter takes a little loudness away, so the gain is found in two steps.
  for (let step = 0; step < 2; step++) {
    const loudness = measureLoudness(track.left, track.right);
    const gain = loudness < -100 ? 1 : 10 ** ((targetLoudness - loudness) / 20);
    limit(track.left, gain);
    limit(track.right, gain);
  }
  return { ...track, loudness: measureLoudness(track.left, track.right) };
}

const moodWords: readonly (readonly [RegExp, Mood])[] = [
  [/\b(?:epic|dramatic|battle|war|storm|heroic|cinematic|intense|thriller)\b|史诗|激烈|战斗|震撼/i, 'epic'],
  [/\b(?:happy|joyful|fun|party|dance|cheerful|playful|cute|funny)\b|欢快|开心|快乐|可爱|活泼/i, 'happy'],
];

export function moodOf(prompt: string): Mood {
  return moodWords.find(([pattern]) => pattern.test(prompt))?.[1] ?? 'calm';
}
