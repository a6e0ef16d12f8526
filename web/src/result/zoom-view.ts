/** Where a picture stands in its frame while it is looked at closely; all lengths are pixels of the page. */

export type ZoomView = {
  /** 1 shows the whole picture. */
  readonly scale: number;
  /** How far the middle of the picture is from the middle of the frame. */
  readonly x: number;
  readonly y: number;
};

type Size = { readonly width: number; readonly height: number };
type Point = { readonly x: number; readonly y: number };

export type Frame = {
  readonly stage: Size;
  /** The picture as it is drawn at scale 1. */
  readonly picture: Size;
};

export const wholePicture: ZoomView = { scale: 1, x: 0, y: 0 };
const largestScale = 32;

const clamp = (value: number, most: number) => (most === 0 ? 0 : Math.min(most, Math.max(-most, value)));

/** A picture never leaves its frame, and one that is smaller than it stays in the middle. */
export function keepInside({ scale, x, y }: ZoomView, { stage, picture }: Frame): ZoomView {
  const room = (drawn: number, seen: number) => Math.max(0, (drawn * scale - seen) / 2);
  return {
    scale,
    x: clamp(x, room(picture.width, stage.width)),
    y: clamp(y, room(picture.height, stage.height)),
  };
}

/** Larger or smaller by a factor; what lies under `point`, measured from the middle of the frame, stays there. */
export function zoomBy(view: ZoomView, factor: number, point: Point, frame: Frame): ZoomView {
  const scale = Math.min(largestScale, Math.max(1, view.scale * factor));
  const grown = scale / view.scale;
  const next = { scale, x: point.x - (point.x - view.x) * grown, y: point.y - (point.y - view.y) * grown };
  return keepInside(next, frame);
}

export function moveBy(view: ZoomView, by: Point, frame: Frame): ZoomView {
  return keepInside({ ...view, x: view.x + by.x, y: view.y + by.y }, frame);
}
