/** Which tasks of the list are chosen, and the keys that choose them. */
import { type KeyboardEvent, useState } from 'react';

export type Selection = {
  readonly ids: ReadonlySet<string>;
  /** With `isRange`, all between the last that was chosen and this one too. */
  toggle(id: string, isRange: boolean): void;
  clear(): void;
  /** For the list: arrows, Home and End move, the space bar chooses. */
  onKeyDown(event: KeyboardEvent<HTMLElement>): void;
};

const tile = '.frame';

export function useSelection(order: readonly string[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string>();
  const toggle = (id: string, isRange: boolean) => {
    const [from, to] = [order.indexOf(last ?? id), order.indexOf(id)];
    const span = isRange && from >= 0 ? order.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
    setLast(id);
    setIds((before) => {
      const after = new Set(before);
      const isAdded = isRange || !before.has(id);
      for (const one of span) {
        if (isAdded) after.add(one);
        else after.delete(one);
      }
      return after;
    });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const tiles = [...event.currentTarget.querySelectorAll<HTMLElement>(tile)];
    const here = tiles.findIndex((one) => one === event.target);
    if (here < 0) return;
    if (event.key === ' ') {
      event.preventDefault();
      toggle(tiles[here]?.dataset.id ?? '', event.shiftKey);
      return;
    }
    // Of the list and not of its tiles: to ask for the place of one that is out of sight would lay it out.
    const columns = getComputedStyle(event.currentTarget).gridTemplateColumns.split(' ').length;
    const next = tiles[stepOf(event.key, here, tiles.length, columns)];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  };
  return { ids, toggle, clear: () => setIds(new Set()), onKeyDown };
}

/** Where a key leads from a tile; nowhere is -1. */
function stepOf(key: string, here: number, count: number, columns: number): number {
  switch (key) {
    case 'ArrowRight':
      return here + 1;
    case 'ArrowLeft':
      return here - 1;
    case 'ArrowDown':
      return here + columns;
    case 'ArrowUp':
      return here - columns;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return -1;
  }
}
