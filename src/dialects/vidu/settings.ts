/** What the owner may set about Vidu's API. */
export const viduSettings = {
  'vidu.link_hours': {
    kind: 'integer',
    minimum: 1,
    maximum: 168,
    default: 24,
    help: 'How long links to results are good for; its pages say 24 hours, older ones 1.',
  },
  'vidu.callback_schedule': {
    kind: 'choice',
    choices: ['vendor', 'standard'],
    default: 'vendor',
    help: 'Whether the end of a task is announced four times at most, as its pages say, or for three days.',
  },
  'vidu.off_peak': {
    kind: 'choice',
    choices: ['check', 'accept'],
    default: 'check',
    help: 'Whether off_peak is refused with viduq3-mix, and beside audio with viduq2, or taken everywhere.',
  },
} as const;
