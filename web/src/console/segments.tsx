/** One of a few, all seen at once. */
import { useId } from 'react';

type SegmentsProps<Option extends string> = {
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: Option;
  readonly onChange: (value: Option) => void;
  readonly text: (option: Option) => string;
};

export function Segments<Option extends string>({ label, options, value, onChange, text }: SegmentsProps<Option>) {
  const name = useId();
  return (
    <div className="segments" role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option}>
          <input type="radio" name={name} checked={value === option} onChange={() => onChange(option)} />
          <span>{text(option)}</span>
        </label>
      ))}
    </div>
  );
}
