/**
 * Marks that tell people and programs that a machine made a file: the metadata object `AIGC` of GB 45438-2025, and a
 * visible mark. What a task carries is settled when it is submitted; src/media/marks writes it.
 */
import { type Static, Type } from 'typebox';
import type { TaskId } from './ids.ts';
import type { JsonObject, JsonValue } from './json.ts';

/** All fields together fit one segment of a JPEG, whatever is in them. */
export const maximumLabelFieldLength = 1024;

const text = (description: string) => Type.Optional(Type.String({ maxLength: maximumLabelFieldLength, description }));

/** What a request may say of the label; whatever it leaves out comes from the settings. Fields of GB 45438-2025, annex E. */
export const labelWishSchema = Type.Object(
  {
    Label: Type.Optional(
      Type.Unsafe<'1' | '2' | '3'>({
        type: 'string',
        enum: ['1', '2', '3'],
        description: '1 made by AI, 2 perhaps, 3 suspected.',
      }),
    ),
    ContentProducer: text('Who made it: a name or code.'),
    ProduceID: text("The producer's number for it; the task's id unless told."),
    ReservedCode1: text("For the producer's own use, such as a signature."),
    ContentPropagator: text('Who spreads it: a name or code.'),
    PropagateID: text("The propagator's number for it."),
    ReservedCode2: text("For the propagator's own use."),
  },
  { additionalProperties: false },
);
export type LabelWish = Static<typeof labelWishSchema>;

/** In the order in which the standard lists them. */
export const labelFields = [
  'Label',
  'ContentProducer',
  'ProduceID',
  'ReservedCode1',
  'ContentPropagator',
  'PropagateID',
  'ReservedCode2',
] as const satisfies readonly (keyof LabelWish)[];
export type Label = Readonly<Required<LabelWish>>;

/** Where a visible mark stands. */
export const markCorners = ['top_left', 'top_right', 'bottom_right', 'bottom_left'] as const;
export type MarkCorner = (typeof markCorners)[number];
export const usualCorner: MarkCorner = 'bottom_right';

/** The neutral parameter with a picture that stands in place of the usual mark. It is no input of what is made. */
export const markPictureField = 'watermark_image';

/** The marks that the files of a task get; null stands for none. */
export type TaskMarks = {
  readonly label: Label | null;
  readonly isVisible: boolean;
  /** Absent for the usual one. */
  readonly corner?: MarkCorner;
  /** Whether the file without the visible mark is kept as well, as a further output. */
  readonly isUnmarkedKept: boolean;
};

/** The neutral parameter that tells who made the result. */
const producerField = 'metadata';

/** What a request asks for. `label` true takes the settings' fields, undefined leaves it to the settings. */
export type MarksWish = {
  readonly label?: boolean | LabelWish | undefined;
  readonly isVisible: boolean;
  readonly corner?: MarkCorner | undefined;
  readonly isUnmarkedKept: boolean;
};

/** The owner's rules. */
export type MarksPolicy = {
  /** Whether files are labelled although a request says nothing of it. */
  readonly isLabelOn: boolean;
  readonly contentProducer: string;
  readonly contentPropagator: string;
};

/**
 * The label fields in a request's own metadata, where vendors' clients put them: an object, or JSON text of one, with the
 * fields at its top or under `AIGC`. A field that breaks the label's rules is passed over, for metadata are free.
 */
export function labelInMetadata(metadata: JsonValue): LabelWish {
  const top = asObject(typeof metadata === 'string' ? parseQuietly(metadata) : metadata);
  const fields = { ...top, ...asObject(top.AIGC) };
  return Object.fromEntries(labelFields.flatMap((name) => (isField(name, fields[name]) ? [[name, fields[name]]] : [])));
}

function isField(name: keyof LabelWish, value: unknown): value is string {
  if (typeof value !== 'string') return false;
  return name === 'Label' ? /^[123]$/.test(value) : value.length <= maximumLabelFieldLength;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function parseQuietly(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Whether the parameters ask for a visible mark, as those of vendors' models do. */
export function isMarkAsked({ watermark }: JsonObject): boolean {
  return watermark === true;
}

/**
 * What a request asks for in so many words, with what the parameters of its model ask for: a mark beside the file without
 * one, and a label where its producer is told.
 */
export function wishOf(wish: MarksWish | null, input: JsonObject): MarksWish | null {
  const isProducerTold = Object.keys(labelInMetadata(input[producerField] ?? null)).length > 0;
  if (!isMarkAsked(input) && !isProducerTold) return wish;
  const { isVisible, isUnmarkedKept, label, corner } = wish ?? { isVisible: false, isUnmarkedKept: false };
  const asked = markCorners.find((one) => one === input.watermark_position);
  return {
    label: label ?? (isProducerTold ? true : undefined),
    isVisible: isVisible || isMarkAsked(input),
    isUnmarkedKept: isUnmarkedKept || isMarkAsked(input),
    corner: corner ?? asked,
  };
}

/** The metadata that a label is read from: the request's own, else what the model's parameters have of the producer. */
export function labelSource(metadata: JsonValue, input: JsonObject): JsonValue {
  return metadata ?? input[producerField] ?? null;
}

/** Settles the marks of a task; null when there are none. */
export function settleMarks(
  wish: MarksWish | null,
  metadata: JsonValue,
  policy: MarksPolicy,
  taskId: TaskId,
): TaskMarks | null {
  const isLabelled = wish?.label === undefined ? policy.isLabelOn : wish.label !== false;
  const isVisible = wish?.isVisible ?? false;
  if (!isLabelled && !isVisible) return null;
  const given = { ...labelInMetadata(metadata), ...(typeof wish?.label === 'object' ? wish.label : {}) };
  const label: Label = {
    Label: '1',
    ContentProducer: policy.contentProducer,
    ProduceID: taskId,
    ReservedCode1: '',
    ContentPropagator: policy.contentPropagator,
    PropagateID: policy.contentPropagator === '' ? '' : taskId,
    ReservedCode2: '',
    ...given,
  };
  const corner = isVisible ? wish?.corner : undefined;
  return {
    label: isLabelled ? label : null,
    isVisible,
    ...(corner === undefined || corner === usualCorner ? {} : { corner }),
    isUnmarkedKept: isVisible && (wish?.isUnmarkedKept ?? false),
  };
}
