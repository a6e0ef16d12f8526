/** The controls of the form. */
import type { RegistryWidgetsType, WidgetProps } from '@rjsf/utils';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { PromptWidget } from './prompt-widget.tsx';
import { drawSeed } from './schema.ts';
import { described } from './widgets-common.ts';

/** More choices, or longer ones, go into a menu. */
const mostSegments = 6;
const mostSegmentLetters = 42;

function TextWidget(props: WidgetProps) {
  const { id, value, required, onChange } = props;
  return (
    <input
      id={id}
      type="text"
      value={value ?? ''}
      aria-required={required}
      onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
      {...described(props)}
    />
  );
}

function TextareaWidget(props: WidgetProps) {
  const { id, value = '', required, onChange, schema } = props;
  const { format } = useWords();
  const text = String(value ?? '');
  return (
    <div className="textarea">
      <textarea
        id={id}
        rows={4}
        value={text}
        aria-required={required}
        onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
        {...described(props)}
      />
      {schema.maxLength === undefined || [...text].length < schema.maxLength / 2 ? null : (
        <span className="count">{`${format.number([...text].length)} / ${format.number(schema.maxLength)}`}</span>
      )}
    </div>
  );
}

function ChoiceWidget(props: WidgetProps) {
  const { id, value, required, onChange, schema, label } = props;
  const { t } = useWords();
  const choices = (schema.enum ?? []) as readonly (string | number)[];
  const letters = choices.reduce<number>((sum, choice) => sum + String(choice).length + 2, 0);
  if (choices.length <= mostSegments && letters <= mostSegmentLetters) {
    return (
      <div className="segments" role="radiogroup" aria-label={label} {...described(props)}>
        {choices.map((choice, index) => (
          <label key={choice}>
            <input
              type="radio"
              id={index === 0 ? id : `${id}-${choice}`}
              name={id}
              checked={value === choice}
              onChange={() => onChange(choice)}
            />
            <span>{choice}</span>
          </label>
        ))}
      </div>
    );
  }
  return (
    <select
      id={id}
      value={value === undefined ? '' : choices.indexOf(value)}
      onChange={({ target }) => onChange(target.value === '' ? undefined : choices[Number(target.value)])}
      {...described(props)}
    >
      {required === true && value !== undefined ? null : <option value="">{t('form.unset')}</option>}
      {choices.map((choice, index) => (
        <option key={choice} value={index}>
          {choice}
        </option>
      ))}
    </select>
  );
}

function readNumber(text: string): number | string | undefined {
  if (text.trim() === '') return undefined;
  const number = Number(text);
  // What is no number is sent as it is: the server says so best.
  return Number.isNaN(number) ? text : number;
}

function NumberWidget(props: WidgetProps) {
  const { id, value, required, onChange } = props;
  return (
    <input
      id={id}
      type="text"
      inputMode="decimal"
      value={value ?? ''}
      aria-required={required}
      onChange={({ target }) => onChange(readNumber(target.value))}
      {...described(props)}
    />
  );
}

function RangeWidget(props: WidgetProps) {
  const { id, value, onChange, schema, label } = props;
  const { minimum = 0, maximum = 100, type } = schema;
  const step = type === 'integer' ? 1 : (maximum - minimum) / 100;
  return (
    <div className="range">
      <input
        type="range"
        aria-label={label}
        min={minimum}
        max={maximum}
        step={step}
        value={typeof value === 'number' ? value : minimum}
        onChange={({ target }) => onChange(Number(target.value))}
      />
      <NumberWidget {...props} id={id} />
    </div>
  );
}

function SeedWidget(props: WidgetProps) {
  const { t } = useWords();
  const { onChange, schema, value } = props;
  return (
    <div className="seed">
      <NumberWidget {...props} />
      <button
        type="button"
        aria-label={t('form.drawSeed')}
        title={t('form.drawSeed')}
        onClick={() => onChange(drawSeed(schema))}
      >
        <Icon name="dice" />
      </button>
      {value === undefined ? null : (
        <button type="button" className="plain" aria-label={t('form.clearSeed')} onClick={() => onChange(undefined)}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}

function SwitchWidget(props: WidgetProps) {
  const { id, value, onChange } = props;
  return (
    <input
      id={id}
      type="checkbox"
      role="switch"
      className="switch"
      checked={value === true}
      aria-checked={value === true}
      onChange={({ target }) => onChange(target.checked)}
      {...described(props)}
    />
  );
}

export const widgets: RegistryWidgetsType = {
  text: TextWidget,
  textarea: TextareaWidget,
  prompt: PromptWidget,
  choice: ChoiceWidget,
  number: NumberWidget,
  range: RangeWidget,
  seed: SeedWidget,
  checkbox: SwitchWidget,
  TextWidget,
  SelectWidget: ChoiceWidget,
  CheckboxWidget: SwitchWidget,
};
