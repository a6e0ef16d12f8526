/** Vidu's calls that make something: their paths, and what of a request each says again in its answer. */
import { Type } from 'typebox';

const text = Type.String();
const texts = Type.Array(Type.String());
const objects = Type.Array(Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object' }));

/** Fields of requests that answers repeat. */
const echoSchemas = {
  model: text,
  template: text,
  story: text,
  prompt: text,
  images: texts,
  videos: texts,
  subjects: objects,
  start_image: text,
  image_settings: objects,
  timing_prompts: objects,
  video_url: text,
  audio_url: text,
  ref_photo_url: text,
  prompt_audio_url: text,
  prompt_text: text,
  creation_id: text,
  text,
  name: text,
  voice_id: text,
  voice_setting_voice_id: text,
  style: text,
  duration: Type.Number({ description: 'Seconds.' }),
  seed: Type.Integer({ description: 'The one that is really used.' }),
  aspect_ratio: text,
  resolution: text,
  upscale_resolution: text,
  movement_amplitude: text,
  bgm: Type.Boolean(),
  audio: Type.Boolean(),
  off_peak: Type.Boolean(),
  watermark: Type.Boolean(),
} as const;
export type EchoField = keyof typeof echoSchemas;

/** What the pages show where a model has no such parameter, or the request did not say it. */
const echoDefaults: Partial<Readonly<Record<EchoField, unknown>>> = {
  prompt: '',
  images: [],
  style: 'general',
  movement_amplitude: 'auto',
  bgm: false,
  audio: false,
  off_peak: false,
  watermark: false,
};

export type Endpoint = {
  /** Below `/ent/v2/`; what other paths it is also served at stands in `alsoAt`. */
  readonly path: string;
  readonly alsoAt?: readonly string[];
  readonly summary: string;
  readonly echo: readonly EchoField[];
  /** Shown only where the request has them. */
  readonly optionalEcho?: readonly EchoField[];
  /** Documented for this call but without effect on some models: taken, and dropped where the model has no such field. */
  readonly ignored?: readonly string[];
  /** Names a result of an earlier task, in place of `video_url`. */
  readonly takesCreation?: boolean;
  readonly bodyLimitBytes?: number;
};

const mebibyte = 1024 * 1024;
/** Of a whole request (the newer pages). */
export const requestLimitBytes = 20 * mebibyte;
/** A film of just under 20 MB as base64, with its request around it. */
const filmRequestLimitBytes = 28 * mebibyte;

const delivery = ['off_peak', 'watermark'] as const;
const film = ['duration', 'seed', 'resolution', 'movement_amplitude', 'bgm', 'audio', ...delivery] as const;
const ignoredOfFilms = ['movement_amplitude', 'style', 'bgm', 'voice_id', 'audio_type'] as const;

export const endpoints: readonly Endpoint[] = [
  {
    path: 'text2video',
    summary: 'A film from a text',
    echo: ['model', 'prompt', 'style', 'aspect_ratio', ...film],
    ignored: ignoredOfFilms,
  },
  {
    path: 'img2video',
    summary: 'A film that begins with a picture',
    echo: ['model', 'images', 'prompt', ...film],
    ignored: ignoredOfFilms,
  },
  {
    path: 'start-end2video',
    summary: 'A film between two pictures',
    echo: ['model', 'images', 'prompt', ...film],
    ignored: ignoredOfFilms,
  },
  {
    path: 'reference2video',
    summary: 'A film with the subjects of pictures or films',
    echo: ['model', 'images', 'prompt', 'aspect_ratio', ...film],
    optionalEcho: ['videos', 'subjects'],
    ignored: ignoredOfFilms,
    bodyLimitBytes: filmRequestLimitBytes,
  },
  {
    path: 'reference2image',
    summary: 'A picture from a text and pictures',
    echo: ['model', 'images', 'prompt', 'seed', 'aspect_ratio', 'resolution'],
  },
  {
    path: 'template',
    alsoAt: ['template2video'],
    summary: 'A film from a ready-made effect',
    echo: ['template', 'images', 'prompt', 'seed', 'aspect_ratio', 'bgm', 'watermark'],
  },
  { path: 'template-story', summary: 'A film that tells a ready-made story', echo: ['story', 'images'] },
  {
    path: 'multiframe',
    summary: 'A film through key frames',
    echo: ['model', 'start_image', 'image_settings', 'seed', 'resolution', ...delivery],
  },
  {
    path: 'extend',
    summary: 'Carries a film on',
    echo: ['model', 'images', 'prompt', 'duration', 'seed', 'resolution', ...delivery],
    optionalEcho: ['video_url'],
    takesCreation: true,
    // Some clients send one; the page has none.
    ignored: ['seed'],
  },
  { path: 'upscale', summary: 'Makes a small film larger', takesCreation: true, echo: ['model', 'creation_id'] },
  {
    path: 'upscale-new',
    summary: 'Makes a film larger',
    echo: ['upscale_resolution'],
    optionalEcho: ['video_url'],
    takesCreation: true,
  },
  {
    path: 'lip-sync',
    summary: 'Moves a mouth with speech',
    echo: ['video_url'],
    optionalEcho: ['audio_url', 'text', 'voice_id', 'ref_photo_url'],
  },
  { path: 'text2audio', summary: 'Sound from a text', echo: ['model', 'prompt', 'duration', 'seed'] },
  { path: 'timing2audio', summary: 'Sounds at times', echo: ['model', 'timing_prompts', 'duration', 'seed'] },
  { path: 'audio-tts', summary: 'Reads a text aloud', echo: ['text', 'voice_setting_voice_id'] },
  {
    path: 'audio-clone',
    summary: 'Learns a voice',
    echo: ['audio_url', 'voice_id', 'text'],
    optionalEcho: ['prompt_audio_url', 'prompt_text'],
  },
  { path: 'one-click/mv', summary: 'A music video in one go', echo: ['images', 'prompt'] },
  { path: 'subjects', summary: 'Keeps a subject for later', echo: ['name', 'images'], optionalEcho: ['voice_id'] },
];

/** What an answer says of the request, from all its fields as they were understood. */
export function echoOf(
  { echo, optionalEcho = [] }: Endpoint,
  request: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries([
    ...echo.map((name) => [name, request[name] ?? echoDefaults[name]] as const),
    ...optionalEcho.flatMap((name) => (request[name] === undefined ? [] : [[name, request[name]] as const])),
  ]);
}

const strict = { additionalProperties: false } as const;

/** Of the answer to a request that was accepted. */
export function createdSchema({ echo, optionalEcho = [] }: Endpoint) {
  return Type.Object(
    {
      task_id: Type.String({ description: '18 digits.' }),
      id: Type.String({ description: 'As task_id, for a client that reads it here.' }),
      state: Type.Literal('created'),
      ...Object.fromEntries(echo.map((name) => [name, echoSchemas[name]])),
      ...Object.fromEntries(optionalEcho.map((name) => [name, Type.Optional(echoSchemas[name])])),
      payload: Type.String(),
      credits: Type.Integer({ description: 'One is half a US cent.' }),
      created_at: Type.String({ format: 'date-time' }),
    },
    strict,
  );
}

const withoutOffPeak = /^viduq3-mix$/;
const offPeakWithoutSound = /^viduq2/;

/** What keeps a model from off-peak work, as the predicate of a sentence (price summaries of clients; older pages). */
export function offPeakProblem(model: string, hasSound: boolean): string | undefined {
  if (withoutOffPeak.test(model)) return `is not offered for ${model}`;
  if (offPeakWithoutSound.test(model) && hasSound) return `may not stand beside audio with ${model}`;
  return undefined;
}

const resolutionFollowsDuration = /^vidu(1\.5|2\.0)$/;

/** What a model makes when nothing is said: of the oldest ones that hangs on the seconds. Undefined of all others. */
export function usualResolution(model: string, duration: unknown): string | undefined {
  if (!resolutionFollowsDuration.test(model)) return undefined;
  return duration === 8 ? '720p' : '360p';
}
