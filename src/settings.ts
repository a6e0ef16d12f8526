/** Every setting there is: its place in the config file, its type, its default. Nothing else may be set. */

import { dialectSettings } from './dialects/settings.ts';

type Common = {
  /** One line for `framegate help` and the docs. */
  readonly help: string;
  /** The environment's name; unless given, FRAMEGATE_ and the path in capitals. */
  readonly environment?: string;
};
export type Setting = Common &
  (
    | { readonly kind: 'integer'; readonly minimum: number; readonly maximum: number; readonly default: number }
    | { readonly kind: 'text'; readonly default: string }
    /** Never shown; may be given as a file by `<environment>_FILE`. Empty means absent. */
    | { readonly kind: 'secret'; readonly default: '' }
    | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly default: string }
    | { readonly kind: 'switch'; readonly default: boolean }
    | { readonly kind: 'list'; readonly default: readonly string[] }
  );

export const settings = {
  port: {
    kind: 'integer',
    minimum: 0,
    maximum: 65_535,
    default: 8787,
    environment: 'PORT',
    help: 'Port to listen on; 0 takes any free one.',
  },
  host: {
    kind: 'text',
    default: '127.0.0.1',
    environment: 'HOST',
    help: 'Address to listen on. One that others can reach needs a key of your own.',
  },
  data: { kind: 'text', default: './.framegate', help: 'Directory that holds the database and all files.' },
  key: { kind: 'secret', default: '', help: "The first tenant's key, 16 to 128 printable characters." },
  admin_key: { kind: 'secret', default: '', help: 'Opens /v1/admin/*; 16 to 128 printable characters.' },
  admin_port: {
    kind: 'integer',
    minimum: 0,
    maximum: 65_535,
    default: 0,
    help: 'A port of its own for /v1/admin/*, which is then served nowhere else; 0 serves it on the common one.',
  },
  admin_host: {
    kind: 'text',
    default: '127.0.0.1',
    help: 'Address that the admin port listens on. One that others can reach needs an admin key of your own.',
  },
  public_url: { kind: 'text', default: '', help: 'Base of every link handed out; unless set, the bound address.' },
  doors: {
    kind: 'list',
    default: [],
    help: 'An API at a host name or port of its own: vidu=vidu.example.org, runcomfy=:8788; docs/dialects.md.',
  },
  allow_fetch: {
    kind: 'list',
    default: [],
    help: 'host:port or CIDR blocks that may be fetched from and called back although private; docs/inputs.md.',
  },
  'log.level': {
    kind: 'choice',
    choices: ['silent', 'error', 'warn', 'info', 'debug'],
    default: 'info',
    help: 'The least important events that are logged, as JSON lines on stderr.',
  },
  'worker.enabled': {
    kind: 'switch',
    default: true,
    help: 'Whether this process runs tasks; without, it only takes them.',
  },
  'ui.enabled': {
    kind: 'switch',
    default: true,
    help: 'Whether the playground and the console are served under /ui.',
  },
  'preview.price': {
    kind: 'choice',
    choices: ['free', 'list'],
    default: 'free',
    help: 'Whether tasks of the preview engine cost nothing or their list price.',
  },
  'preview.concurrency': {
    kind: 'integer',
    minimum: 0,
    maximum: 64,
    default: 0,
    help: 'How many tasks the preview engine renders at once; 0 means half the processors, as far as memory reaches.',
  },
  'preview.spares': {
    kind: 'integer',
    minimum: 0,
    maximum: 16,
    default: 1,
    help: 'How many render processes wait warm for the next task, 0.4 GB each; 0 saves that while nothing renders.',
  },
  'preview.ffmpeg': {
    kind: 'text',
    default: '',
    help: 'The ffmpeg that encodes films; unless set, the one on PATH or of npm.',
  },
  'preview.models': {
    kind: 'text',
    default: '',
    help: 'Folder of a depth model in ONNX format for the preview engine; docs/preview-engine.md.',
  },
  'deadlines.start_seconds': {
    kind: 'integer',
    minimum: 1,
    maximum: 31_536_000,
    default: 86_400,
    help: 'How long a task may wait before it starts.',
  },
  'deadlines.image_seconds': {
    kind: 'integer',
    minimum: 1,
    maximum: 86_400,
    default: 300,
    help: 'How long one attempt at a picture may take.',
  },
  'deadlines.video_seconds': {
    kind: 'integer',
    minimum: 1,
    maximum: 86_400,
    default: 1_800,
    help: 'How long one attempt at a film may take.',
  },
  'off_peak.discount_percent': {
    kind: 'integer',
    minimum: 0,
    maximum: 100,
    default: 50,
    help: 'What an off-peak task costs less.',
  },
  'off_peak.start_hours': {
    kind: 'integer',
    minimum: 1,
    maximum: 8_760,
    default: 48,
    help: 'How long an off-peak task waits for an idle engine before it is canceled without charge.',
  },
  'prices.yuan_per_dollar': {
    kind: 'text',
    default: '7.10',
    help: 'What prices that are published in yuan are converted at, rounded up line by line.',
  },
  'prices.yuan_date': {
    kind: 'text',
    default: '2026-11-21',
    help: 'The day of that rate, YYYY-MM-DD; shown with every converted price.',
  },
  'retention.inputs_days': {
    kind: 'integer',
    minimum: 1,
    maximum: 3_650,
    default: 7,
    help: 'How long inputs and uploads are kept.',
  },
  'retention.outputs_days': {
    kind: 'integer',
    minimum: 0,
    maximum: 3_650,
    default: 0,
    help: 'How long results made from now on are kept; 0 means for ever.',
  },
  'retention.payloads_days': {
    kind: 'integer',
    minimum: 0,
    maximum: 3_650,
    default: 0,
    help: 'How long after its end a task keeps prompt, input URLs, metadata, error details, events; 0 means for ever.',
  },
  'retention.events_days': {
    kind: 'integer',
    minimum: 1,
    maximum: 3_650,
    default: 30,
    help: 'How long the events of tasks are kept.',
  },
  'retention.deliveries_days': {
    kind: 'integer',
    minimum: 30,
    maximum: 3_650,
    default: 30,
    help: 'How long final deliveries and their attempts are kept; they can be sent again for 30 days.',
  },
  'retention.answers_days': {
    kind: 'integer',
    minimum: 1,
    maximum: 3_650,
    default: 30,
    help: 'How long what webhook endpoints answered is kept with the attempts.',
  },
  'retention.idempotency_days': {
    kind: 'integer',
    minimum: 1,
    maximum: 3_650,
    default: 7,
    help: 'How long an Idempotency-Key is remembered, and never shorter than a task can live.',
  },
  'storage.kind': {
    kind: 'choice',
    choices: ['disk', 's3'],
    default: 'disk',
    help: 'Where files are kept: below the data directory, or in an S3-compatible bucket.',
  },
  'storage.s3_endpoint': { kind: 'text', default: '', help: "URL of the S3 server; unless set, Amazon's own." },
  'storage.s3_region': { kind: 'text', default: 'us-east-1', help: 'Region of the bucket.' },
  'storage.s3_bucket': {
    kind: 'text',
    default: '',
    help: 'The bucket: private, and this gateway alone in it. Credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the role of the machine.',
  },
  'storage.s3_prefix': {
    kind: 'text',
    default: '',
    help: 'Stands before every name in the bucket, where others keep things too; ends with a slash.',
  },
  'storage.s3_path_style': {
    kind: 'switch',
    default: true,
    help: 'Whether the bucket is named in the path, as most servers want it, or in the host.',
  },
  'storage.redirect_links': {
    kind: 'switch',
    default: false,
    help: 'Whether links to files in a bucket lead there for five minutes, or the gateway passes the bytes on.',
  },
  'limits.requests_per_minute': {
    kind: 'integer',
    minimum: 0,
    maximum: 1_000_000,
    default: 600,
    help: 'How many requests one key may make, reads and submits together; 0 means any number.',
  },
  'limits.event_loop_delay_ms': {
    kind: 'integer',
    minimum: 0,
    maximum: 60_000,
    default: 500,
    help: 'Requests are answered with 503 while the server comes this much late on average; 0 means never.',
  },
  'limits.upload_quota_mebibytes': {
    kind: 'integer',
    minimum: 1,
    maximum: 1_073_741_824,
    default: 10_240,
    help: 'How much the uploads of one tenant may hold.',
  },
  'limits.upload_session_minutes': {
    kind: 'integer',
    minimum: 1,
    maximum: 10_080,
    default: 60,
    help: 'How long an upload in pieces may take; what has arrived of it is removed then.',
  },
  'limits.media_mebibytes': {
    kind: 'integer',
    minimum: 1,
    maximum: 4_096,
    default: 100,
    help: 'The largest input file that is taken.',
  },
  'marks.aigc': {
    kind: 'choice',
    choices: ['off', 'on'],
    default: 'off',
    help: 'Whether every result is labelled as made by AI in its metadata (GB 45438) though its request asks for nothing.',
  },
  'marks.content_producer': { kind: 'text', default: '', help: 'ContentProducer of the label: your name or code.' },
  'marks.content_propagator': {
    kind: 'text',
    default: '',
    help: 'ContentPropagator of the label: the name or code of who spreads results.',
  },
  'inputs.strip_location': {
    kind: 'switch',
    default: true,
    help: 'Whether engines get pictures without what tells where, when and with what they were taken.',
  },
  ...dialectSettings,
} as const satisfies Record<string, Setting>;

export type SettingPath = keyof typeof settings;

type ValueOf<One> = One extends { kind: 'integer' }
  ? number
  : One extends { kind: 'switch' }
    ? boolean
    : One extends { kind: 'list' }
      ? readonly string[]
      : One extends { kind: 'choice'; choices: readonly (infer Choice)[] }
        ? Choice
        : string;

export type SettingValues = { readonly [Path in SettingPath]: ValueOf<(typeof settings)[Path]> };

export function environmentName(path: SettingPath): string {
  const setting: Setting = settings[path];
  return setting.environment ?? `FRAMEGATE_${path.replaceAll('.', '_').toUpperCase()}`;
}

export function flagName(path: SettingPath): string {
  return `--${path.replaceAll(/[._]/g, '-')}`;
}
