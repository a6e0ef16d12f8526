/** Two pictures in one place, with a line between them that is moved by the mouse, a finger or the arrow keys. */
import { type CSSProperties, useState } from 'react';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';

export type Comparable = {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly width: number | null;
  readonly height: number | null;
};

type CompareSliderProps = { readonly left: Comparable; readonly right: Comparable };

/** Shapes that differ by less are taken for the same: sizes are rounded to whole pixels. */
const likeness = 0.02;

const shapeOf = ({ width, height }: Comparable) => (width === null || height === null ? 1 : width / height);

export function CompareSlider({ left, right }: CompareSliderProps) {
  const { t, format } = useWords();
  const [share, setShare] = useState(0.5);
  const shape = shapeOf(right);
  const isAlike = Math.abs(shapeOf(left) / shape - 1) < likeness;
  const style = { '--cut': `${share * 100}%`, '--shape': shape } as CSSProperties;
  return (
    <div className="compare" style={style} data-alike={isAlike}>
      <img src={right.url} alt={right.name} draggable={false} />
      <div className="compare-left">
        <img src={left.url} alt={left.name} draggable={false} />
      </div>
      <span className="compare-name">{left.name}</span>
      <span className="compare-name compare-name-right">{right.name}</span>
      <span className="compare-line" aria-hidden="true">
        <span className="compare-grip">
          <Icon name="compare" />
        </span>
      </span>
      <input
        type="range"
        min={0}
        max={1}
        step={0.01}
        value={share}
        aria-label={t('compare.slider', { left: left.name, right: right.name })}
        aria-valuetext={format.percent(share)}
        onChange={({ target }) => setShare(Number(target.value))}
      />
    </div>
  );
}
