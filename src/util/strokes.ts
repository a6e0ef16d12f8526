/** Letters as strokes: lines with round ends, drawn by their distance to each pixel. No font is needed. Pure. */

export type StrokePoint = readonly [x: number, y: number];
export type Stroke = readonly StrokePoint[];
/** A piece of a stroke, in pixels. */
export type Segment = readonly [from: StrokePoint, to: StrokePoint];

/** The pieces of strokes, each point put where `place` says. */
export function segmentsOf(strokes: readonly Stroke[], place: (point: StrokePoint) => StrokePoint): Segment[] {
  return strokes.flatMap((stroke) =>
    stroke.slice(1).map((to, index): Segment => [place(stroke[index] ?? to), place(to)]),
  );
}

/** How much of each pixel the segments cover, 0..1, in rows; `radius` is half the width of a stroke, in pixels. */
export function inkOf(segments: readonly Segment[], width: number, height: number, radius: number): Float32Array {
  const ink = new Float32Array(width * height);
  const reach = radius + 1;
  for (const [[fromX, fromY], [toX, toY]] of segments) {
    const [alongX, alongY] = [toX - fromX, toY - fromY];
    // A segment without length is a dot.
    const scale = 1 / Math.max(1e-9, alongX * alongX + alongY * alongY);
    const left = Math.max(0, Math.floor(Math.min(fromX, toX) - reach));
    const right = Math.min(width - 1, Math.ceil(Math.max(fromX, toX) + reach));
    const bottom = Math.min(height - 1, Math.ceil(Math.max(fromY, toY) + reach));
    for (let row = Math.max(0, Math.floor(Math.min(fromY, toY) - reach)); row <= bottom; row++) {
      const y = row + 0.5;
      for (let column = left; column <= right; column++) {
        const x = column + 0.5;
        const share = ((x - fromX) * alongX + (y - fromY) * alongY) * scale;
        const held = share < 0 ? 0 : share > 1 ? 1 : share;
        const offX = x - fromX - held * alongX;
        const offY = y - fromY - held * alongY;
        const cover = radius + 0.5 - Math.sqrt(offX * offX + offY * offY);
        const index = row * width + column;
        if (cover > (ink[index] ?? 1)) ink[index] = cover > 1 ? 1 : cover;
      }
    }
  }
  return ink;
}
