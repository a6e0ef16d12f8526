/** Which tasks of the list are chosen, and the keys that choose them. */
import type { KeyboardEvent } from 'react';

/** Kept beside React: of a thousand tiles only those are drawn anew that a choice concerns. */
export type Selection = {
  /** The same set until something changes. */
  ids(): ReadonlySet<string>;
  listen(listener: () => void): () => void;
  /** With `isRange`, all between the last that was chosen and this one too. */
  toggle(id: string, isRange: boolean): void;
  clear(): void;
  /** For the list: arrows, Home and End move, the space bar chooses. */
  onKeyDown(event: KeyboardEvent<HTMLElement>): void;
};

const tile = '.frame';

/** `order` gives the ids of the list as it is now. */
export function createSelection(order: () => readonly string[]): Selection {
  const listeners = new Set<() => void>();
  let ids: ReadonlySet<string> = new Set();
  let last: string | undefined;
  const set = (next: ReadonlySet<string>) => {
    ids = next;
    for (const listener of listeners) listener();
  };
  const toggle = (id: string, isRange: boolean) => {
    const listed = order();
    const [from, to] = [listed.indexOf(last ?? id), listed.indexOf(id)];
    const span = isRange && from >= 0 ? listed.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
    last = id;
    const isAdded = isRange || !ids.has(id);
    const after = new Set(ids);
    for (const one of span) {
      if (isAdded) after.add(one);
      else after.delete(one);
    }
    set(after);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const { target, currentTarget: list } = event;
    const place = target instanceof HTMLElement && target.matches(tile) ? target.parentElement : null;
    if (place === null) return;
    const here = [...list.children].indexOf(place);
    if (event.key === ' ') {
      event.preventDefault();
      toggle(order()[here] ?? '', event.shiftKey);
      return;
    }
    const step = stepOf(event.key, here, list);
    const next = list.children[step]?.querySelector<HTMLElement>(tile);
    if (next == null) return;
    event.preventDefault();
    next.focus();
  };
  return {
    ids: () => ids,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    toggle,
    clear: () => set(new Set()),
    onKeyDown,
  };
}

/** Of the list and not of its tiles: to ask for the place of one that is out of sight would lay it out. */
const columnsOf = (list: Element) => getComputedStyle(list).gridTemplateColumns.split(' ').length;

/** Where a key leads from a tile; nowhere is -1. */
function stepOf(key: string, here: number, list: Element): number {
  switch (key) {
    case 'ArrowRight':
      return here + 1;
    case 'ArrowLeft':
      return here - 1;
    case 'ArrowDown':
      return here + columnsOf(list);
    case 'ArrowUp':
      return here - columnsOf(list);
    case 'Home':
      return 0;
    case 'End':
      return list.childElementCount - 1;
    default:
      return -1;
  }
}
