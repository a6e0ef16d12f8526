/** A picture that is looked at closely: by wheel, two fingers, the mouse or keys. */
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { type Frame, moveBy, wholePicture, type ZoomView, zoomBy } from './zoom-view.ts';

type ZoomStageProps = {
  readonly src: string;
  readonly alt: string;
  readonly width: number | null;
  readonly height: number | null;
};

/** A key or a button. */
const stepFactor = 1.5;
const wheelFactor = 1.0015;
/** Pixels of a wheel that counts lines. */
const wheelLine = 16;
const arrowStep = 60;
const middle = { x: 0, y: 0 };
const arrows: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [arrowStep, 0],
  ArrowRight: [-arrowStep, 0],
  ArrowUp: [0, arrowStep],
  ArrowDown: [0, -arrowStep],
};

export function ZoomStage({ src, alt, width, height }: ZoomStageProps) {
  const { t, format } = useWords();
  const stage = useRef<HTMLElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const pointers = useRef(new Map<number, PointerEvent>());
  const [view, setView] = useState(wholePicture);
  const [isMeasured, setMeasured] = useState(false);

  const frame = (): Frame | undefined => {
    const [outer, inner] = [stage.current, picture.current];
    if (outer === null || inner === null) return undefined;
    return {
      stage: { width: outer.clientWidth, height: outer.clientHeight },
      picture: { width: inner.offsetWidth, height: inner.offsetHeight },
    };
  };
  const change = (next: (view: ZoomView, frame: Frame) => ZoomView) => {
    const measured = frame();
    if (measured !== undefined) setView((before) => next(before, measured));
  };
  const zoom = (factor: number, point = middle) =>
    change((before, measured) => zoomBy(before, factor, point, measured));
  /** From the middle of the frame. */
  const pointOf = ({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }) => {
    const box = stage.current?.getBoundingClientRect();
    if (box === undefined) return middle;
    return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
  };
  const drawnWidth = picture.current?.offsetWidth ?? 0;
  /** Of the picture's own pixels to those of the page. */
  const realScale = isMeasured && drawnWidth > 0 ? (width ?? drawnWidth) / drawnWidth : 1;
  const toggle = (point = middle) => zoom(view.scale > 1 ? 1 / view.scale : Math.max(2, realScale), point);

  const onWheel = useRef<(event: WheelEvent) => void>(() => {});
  onWheel.current = (event) => {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * wheelLine : event.deltaY;
    zoom(wheelFactor ** -pixels, pointOf(event));
  };
  useEffect(() => {
    const element = stage.current;
    // React listens passively, and the page would scroll.
    const listen = (event: WheelEvent) => onWheel.current(event);
    element?.addEventListener('wheel', listen, { passive: false });
    return () => element?.removeEventListener('wheel', listen);
  }, []);

  const onPointerMove = (event: PointerEvent) => {
    const last = pointers.current.get(event.pointerId);
    if (last === undefined) return;
    const other = [...pointers.current.values()].find(({ pointerId }) => pointerId !== event.pointerId);
    pointers.current.set(event.pointerId, event);
    const by = { x: event.clientX - last.clientX, y: event.clientY - last.clientY };
    if (other === undefined) {
      change((before, measured) => moveBy(before, by, measured));
      return;
    }
    const between = (one: PointerEvent) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    const center = { clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2 };
    zoom(between(event) / Math.max(1, between(last)), pointOf(center));
  };
  const release = ({ pointerId }: PointerEvent) => pointers.current.delete(pointerId);
  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = arrows[event.key];
    const act =
      arrow === undefined
        ? keyActs[event.key]
        : () => change((before, measured) => moveBy(before, { x: arrow[0], y: arrow[1] }, measured));
    if (act === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  };
  const keyActs: Readonly<Record<string, () => void>> = {
    '+': () => zoom(stepFactor),
    '=': () => zoom(stepFactor),
    '-': () => zoom(1 / stepFactor),
    '0': () => setView(wholePicture),
    '1': () => zoom(realScale / view.scale),
  };
  const isWhole = view.scale === 1;
  return (
    <div className="zoom-inside">
      <section
        ref={stage}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys must be reached by the keyboard.
        tabIndex={0}
        aria-label={t('zoom.keys')}
        className={isWhole ? 'zoom-stage' : 'zoom-stage zoom-moving'}
        onKeyDown={onKeyDown}
        onDoubleClick={(event) => toggle(pointOf(event))}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          pointers.current.set(event.pointerId, event);
        }}
        onPointerMove={onPointerMove}
        onPointerUp={release}
        onPointerCancel={release}
      >
        <img
          ref={picture}
          src={src}
          alt={alt}
          width={width ?? undefined}
          height={height ?? undefined}
          draggable={false}
          onLoad={() => setMeasured(true)}
          style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }}
        />
      </section>
      <div className="zoom-tools">
        <button type="button" aria-label={t('zoom.out')} disabled={isWhole} onClick={() => zoom(1 / stepFactor)}>
          <Icon name="minus" />
        </button>
        <output aria-live="polite">{format.percent(view.scale / realScale)}</output>
        <button type="button" aria-label={t('zoom.in')} onClick={() => zoom(stepFactor)}>
          <Icon name="add" />
        </button>
        <button type="button" aria-pressed={!isWhole} onClick={() => toggle()}>
          {isWhole ? t('result.realSize') : t('result.wholePicture')}
        </button>
      </div>
    </div>
  );
}
