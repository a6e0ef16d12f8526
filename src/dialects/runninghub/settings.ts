/** What the owner may set about RunningHub's API. */
export const runninghubSettings = {
  'runninghub.transient_status': {
    kind: 'choice',
    choices: ['http', '200'],
    default: 'http',
    help: 'Whether what may pass by itself (too many requests, a fault, overload) has its HTTP status, or 200 as all other failures have.',
  },
  'runninghub.submit_unauthenticated': {
    kind: 'choice',
    choices: ['task', 'envelope'],
    default: 'task',
    help: 'What a submit with a wrong key gets: a task object with errorCode 1002, or the envelope with code 412.',
  },
  'runninghub.canceled_status': {
    kind: 'choice',
    choices: ['FAILED', 'CANCEL'],
    default: 'FAILED',
    help: 'The word for a canceled task; only the official clients know CANCEL, others poll on.',
  },
  'runninghub.event_data': {
    kind: 'choice',
    choices: ['string', 'object'],
    default: 'string',
    help: 'Whether eventData of a webhook is JSON in a string or an object; its pages show both.',
  },
  'runninghub.webhook_retries': {
    kind: 'choice',
    choices: ['standard', 'vendor'],
    default: 'standard',
    help: 'Whether its webhooks are tried again for three days as all others, or three times in three minutes as the vendor does.',
  },
  'runninghub.result_link_hours': {
    kind: 'integer',
    minimum: 0,
    maximum: 168,
    default: 24,
    help: 'How long a link to a result is good for, counted from each answer; 0: as long as the file is kept.',
  },
  'runninghub.legacy_upload_mebibytes': {
    kind: 'integer',
    minimum: 1,
    maximum: 4_096,
    default: 30,
    help: 'The largest file of its legacy upload; limits.media_mebibytes holds beside it.',
  },
} as const;
