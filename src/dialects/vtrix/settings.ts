/** What the owner may set about Vtrix's API; options.ts says why. */
export const vtrixSettings = {
  'vtrix.output_style': {
    kind: 'choice',
    choices: ['array', 'object'],
    default: 'array',
    help: 'Whether output is an array, as its clients read it, or an object with a status, as one page has it.',
  },
  'vtrix.error_style': {
    kind: 'choice',
    choices: ['text', 'integer'],
    default: 'text',
    help: 'Whether error.code is text beside both message keys, or an integer beside error_message, as one page has it.',
  },
  'vtrix.strict_required': {
    kind: 'switch',
    default: false,
    help: 'Whether parameters are required wherever a page says so, although its clients leave them out.',
  },
  'vtrix.late_validation': {
    kind: 'switch',
    default: false,
    help: 'Whether a request that breaks a rule is taken and fails at once, or is refused.',
  },
  'vtrix.error_slot': {
    kind: 'text',
    default: '000',
    help: 'Three digits in the error codes of endpoints whose codes are not published.',
  },
  'vtrix.overrides': {
    kind: 'list',
    default: [],
    help: 'Switches of one model or one key: viduq2_pro_reference:error_style=integer, key_...:output_style=object.',
  },
  'vtrix.off_peak': {
    kind: 'choice',
    choices: ['honour', 'ignore', 'reject'],
    default: 'honour',
    help: 'What off_peak true does: wait for an idle engine at a lower price, nothing, or be refused.',
  },
  'vtrix.insufficient_credit_status': {
    kind: 'choice',
    choices: ['402', '403'],
    default: '403',
    help: 'HTTP status for an empty balance: 403 on its pages, 402 on its sister host.',
  },
  'vtrix.callback_start': {
    kind: 'switch',
    default: false,
    help: 'Whether callbacks tell of the start of a task as well.',
  },
  'vtrix.callback_schedule': {
    kind: 'choice',
    choices: ['standard', 'vendor'],
    default: 'standard',
    help: 'Whether a callback is tried for three days, as ours are, or three times.',
  },
} as const;
