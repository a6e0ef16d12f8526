/** One bar for each day. The numbers stand in a table below, for whoever cannot see it. */
import { roundUp, type Sum } from './usage-sums.ts';

type DayChartProps = {
  readonly label: string;
  readonly days: readonly Sum[];
  readonly show: (value: number) => string;
  readonly showDay: (day: string) => string;
};

/** Units of the drawing. */
const wideWidth = 960;
/** On a phone, so that letters keep their size. */
const narrowWidth = 380;
const narrow = '(max-width: 48rem)';
const height = 240;
const bottom = 24;
const left = 64;
const gap = 0.25;
/** Days that are named below the bars. */
const mostNamed = 6;
const mostNamedNarrow = 4;

export function DayChart({ label, days, show, showDay }: DayChartProps) {
  const isNarrow = matchMedia(narrow).matches;
  const width = isNarrow ? narrowWidth : wideWidth;
  const most = Math.max(0, ...days.map(({ value }) => value));
  const top = roundUp(most);
  // Of nothing there is no scale.
  const marks = most === 0 ? [0] : [0, 0.5, 1];
  const step = (width - left) / Math.max(1, days.length);
  const inner = height - bottom - 8;
  const every = Math.ceil(days.length / (isNarrow ? mostNamedNarrow : mostNamed));
  const lineAt = (share: number) => 8 + inner * (1 - share);
  return (
    <svg className="day-chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {marks.map((share) => (
        <g key={share}>
          <line x1={left} x2={width} y1={lineAt(share)} y2={lineAt(share)} />
          <text x={left - 8} y={lineAt(share) + 4} textAnchor="end">
            {show(top * share)}
          </text>
        </g>
      ))}
      {days.map(({ name, value }, index) => {
        const size = (value / top) * inner;
        return (
          <g key={name}>
            <rect
              x={left + step * (index + gap / 2)}
              y={lineAt(0) - size}
              width={step * (1 - gap)}
              height={size}
              rx={Math.min(2, size)}
            >
              <title>{`${showDay(name)}: ${show(value)}`}</title>
            </rect>
            {(days.length - 1 - index) % every === 0 ? (
              // The last one would reach beyond the edge.
              <text
                x={index === days.length - 1 ? width : left + step * (index + 0.5)}
                y={height - 6}
                textAnchor={index === days.length - 1 ? 'end' : 'middle'}
              >
                {showDay(name)}
              </text>
            ) : null}
          </g>
        );
      })}
    </svg>
  );
}
