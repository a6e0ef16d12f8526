/** What Vtrix's pages contradict each other in, and the owner therefore chooses: for all, for a model, for a key. */
import { GatewayError } from '../../core/errors.ts';
import type { Gateway } from '../../core/gateway.ts';
import { type KeyId, parseKeyId } from '../../core/ids.ts';
import { isSlot, publishedSlots } from '../../wires/vtrix/codes.ts';

export const dialectName = 'vtrix';

export type Switches = {
  /** Whether `output` is an array of groups, or an object with a status of its own. */
  readonly output_style: 'array' | 'object';
  /** Whether `error` has a code of text and both keys, or an integer and `error_message` alone. */
  readonly error_style: 'text' | 'integer';
  /** Whether parameters are required wherever a page says so, although its clients leave them out. */
  readonly strict_required: boolean;
  /** Whether a request that breaks a rule is taken, and fails at once. */
  readonly late_validation: boolean;
  /** The three digits of the endpoint in its error codes, where none are published. */
  readonly error_slot: string;
};

export type Override = {
  /** A model's name here, or the id of a key. */
  readonly of: string;
  readonly set: Partial<Switches>;
};

export type VtrixOptions = {
  readonly defaults: Switches;
  readonly overrides: readonly Override[];
  readonly offPeak: 'honour' | 'ignore' | 'reject';
  /** 403 as the model pages say, or 402 as the sister host answers. */
  readonly insufficientCreditStatus: 402 | 403;
  /** Whether callbacks tell of the start of a task as well as of its end. */
  readonly isStartAnnounced: boolean;
  /** Whether a callback is tried three times, as the maker does, or for three days, as we do. */
  readonly isTriedThreeTimes: boolean;
};

/** The settings as they are read. */
export type VtrixSettings = {
  readonly [Name in 'vtrix.strict_required' | 'vtrix.late_validation' | 'vtrix.callback_start']: boolean;
} & {
  readonly 'vtrix.output_style': Switches['output_style'];
  readonly 'vtrix.error_style': Switches['error_style'];
  readonly 'vtrix.error_slot': string;
  readonly 'vtrix.overrides': readonly string[];
  readonly 'vtrix.off_peak': VtrixOptions['offPeak'];
  readonly 'vtrix.insufficient_credit_status': '402' | '403';
  readonly 'vtrix.callback_schedule': 'standard' | 'vendor';
};

/** Throws GatewayError `invalid_request` for a slot or an override that is none. */
export function readVtrixOptions(values: VtrixSettings, gateway: Pick<Gateway, 'catalog'>): VtrixOptions {
  const isModel = (name: string) => gateway.catalog.views(dialectName).some((view) => view.name === name);
  return {
    defaults: {
      output_style: values['vtrix.output_style'],
      error_style: values['vtrix.error_style'],
      strict_required: values['vtrix.strict_required'],
      late_validation: values['vtrix.late_validation'],
      error_slot: readSlot(values['vtrix.error_slot']),
    },
    overrides: readOverrides(values['vtrix.overrides'], isModel),
    offPeak: values['vtrix.off_peak'],
    insufficientCreditStatus: values['vtrix.insufficient_credit_status'] === '402' ? 402 : 403,
    isStartAnnounced: values['vtrix.callback_start'],
    isTriedThreeTimes: values['vtrix.callback_schedule'] === 'vendor',
  };
}

/** A key's switches win over a model's, those over the server's. */
export function switchesFor(options: VtrixOptions, model: string, keyId?: KeyId): Switches {
  const published = publishedSlots[model];
  const ofModel = options.overrides.filter(({ of }) => of === model);
  const ofKey = options.overrides.filter(({ of }) => of === keyId);
  return Object.assign(
    { ...options.defaults, ...(published === undefined ? {} : { error_slot: published }) },
    ...[...ofModel, ...ofKey].map(({ set }) => set),
  ) as Switches;
}

const readers: { readonly [Name in keyof Switches]: (text: string) => Switches[Name] | undefined } = {
  output_style: (text) => (text === 'array' || text === 'object' ? text : undefined),
  error_style: (text) => (text === 'text' || text === 'integer' ? text : undefined),
  strict_required: readSwitch,
  late_validation: readSwitch,
  error_slot: (text) => (isSlot(text) ? text : undefined),
};

function readSwitch(text: string): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

function readSet(name: string, text: string): Partial<Switches> | undefined {
  if (!Object.hasOwn(readers, name)) return undefined;
  const value = readers[name as keyof Switches](text);
  return value === undefined ? undefined : { [name]: value };
}

/**
 * `<model or key id>:<switch>=<value>` each. Throws GatewayError `invalid_request` that quotes an entry which is none; a model
 * that the catalogue does not have is told by `isModel`.
 */
function readOverrides(entries: readonly string[], isModel: (name: string) => boolean): Override[] {
  return entries.map((entry) => {
    const [, of = '', name = '', text = ''] = /^([^:=\s]+):([a-z_]+)=(\w+)$/.exec(entry) ?? [];
    const set = readSet(name, text);
    if (set !== undefined && (parseKeyId(of) !== undefined || isModel(of))) return { of, set };
    throw new GatewayError(
      'invalid_request',
      `vtrix.overrides has ${JSON.stringify(entry)}, which must be <model or key id>:<switch>=<value>, such as ` +
        'viduq2_pro_reference:error_style=integer.',
    );
  });
}

/** Throws GatewayError `invalid_request` for one that is not three digits. */
function readSlot(text: string): string {
  if (isSlot(text)) return text;
  throw new GatewayError('invalid_request', `vtrix.error_slot is ${JSON.stringify(text)}, which must be three digits.`);
}
