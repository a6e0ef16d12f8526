/** What RunComfy's pages and clients contradict each other in, and the owner therefore sets. */
export const runcomfySettings = {
  'runcomfy.seed_zero': {
    kind: 'choice',
    choices: ['random', 'literal'],
    default: 'random',
    help: 'What seed 0, the default of its pages, asks for.',
  },
  'runcomfy.unauthenticated_status': {
    kind: 'choice',
    choices: ['400', '401'],
    default: '401',
    help: 'HTTP status for a bad key; its pages list a 400 code, its clients expect 401.',
  },
  'runcomfy.insufficient_credit_status': {
    kind: 'choice',
    choices: ['400', '402'],
    default: '402',
    help: 'HTTP status for an empty balance; its pages list a 400 code, its clients expect 402.',
  },
  'runcomfy.unknown_model_status': {
    kind: 'choice',
    choices: ['400', '404'],
    default: '400',
    help: 'HTTP status for an unknown model, and its code with it: 400001 or 404001.',
  },
  'runcomfy.cancelled_status': {
    kind: 'choice',
    choices: ['cancelled', 'completed'],
    default: 'cancelled',
    help: 'What `status` says beside the outcome of a cancel that took effect.',
  },
  'runcomfy.error_layout': {
    kind: 'choice',
    choices: ['object', 'text'],
    default: 'object',
    help: 'Whether the error of a failed result is an object with its code, or the message alone.',
  },
  'runcomfy.absent_fields': {
    kind: 'choice',
    choices: ['omitted', 'null'],
    default: 'omitted',
    help: 'Whether output, error and finished_at of a result are left out until they are there, or null.',
  },
  'runcomfy.queue_base': {
    kind: 'choice',
    choices: ['0', '1'],
    default: '1',
    help: 'The queue position of the request that is next.',
  },
  'runcomfy.unknown_keys': {
    kind: 'choice',
    choices: ['ignored', 'refused'],
    default: 'ignored',
    help: 'What becomes of keys that a model does not have.',
  },
  'runcomfy.v1_spelling': {
    kind: 'choice',
    choices: ['cancelled', 'canceled'],
    default: 'cancelled',
    help: 'The status of a cancelled request under /prod/v1; its Go client spells it with one l.',
  },
  'runcomfy.webhook_retries': {
    kind: 'choice',
    choices: ['standard', 'vendor'],
    default: 'standard',
    help: 'Whether webhooks of deployments are tried for three days, or for one as its pages say.',
  },
} as const;
