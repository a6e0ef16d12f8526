/** ⌘K: any model or page by a few letters, without the mouse. */
import {
  Combobox,
  ComboboxItem,
  ComboboxList,
  ComboboxProvider,
  Dialog,
  DialogHeading,
  VisuallyHidden,
} from '@ariakit/react';
import { memo, type ReactNode, useCallback, useDeferredValue, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { ListedModel } from '../../../sdk/index.ts';
import { allModels } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { OperationGlyph } from '../parts/operation-glyph.tsx';
import { useLoaded } from '../use-loaded.ts';

type PaletteProps = { readonly isOpen: boolean; readonly onClose: () => void };

/** More than are seen at once; whoever does not find it among them types on. */
const mostShown = 12;

/** What a model is found by, put together once: every letter looks through all of them. */
const texts = new WeakMap<ListedModel, string>();

function textOf(model: ListedModel): string {
  const known = texts.get(model);
  if (known !== undefined) return known;
  const { id, title, description, names } = model;
  const text = [id, title, description, ...names.map(({ name }) => name)].join(' ').toLowerCase();
  texts.set(model, text);
  return text;
}

/** As the server searches: all words, anywhere in what it is called or said to be. What runs here comes first. */
export function findModels(models: readonly ListedModel[], text: string): readonly ListedModel[] {
  const words = text.toLowerCase().split(/\s+/);
  const found = models.filter((model) => words.every((word) => textOf(model).includes(word)));
  return found.sort((one, other) => Number(other.available) - Number(one.available)).slice(0, mostShown);
}

export function Palette({ isOpen, onClose }: PaletteProps) {
  const { t } = useWords();
  return (
    <Dialog
      open={isOpen}
      onClose={onClose}
      unmountOnHide
      className="palette"
      backdrop={<div className="backdrop" />}
      aria-label={t('palette.title')}
    >
      <VisuallyHidden>
        <DialogHeading>{t('palette.title')}</DialogHeading>
      </VisuallyHidden>
      <Search onClose={onClose} />
    </Dialog>
  );
}

function Search({ onClose }: Pick<PaletteProps, 'onClose'>) {
  const { t } = useWords();
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState('');
  // The letters are seen at once, what they find as soon as there is time.
  const text = useDeferredValue(typed);
  const newest = useRef((_: string) => {});
  newest.current = (path) => {
    onClose();
    navigate(path);
  };
  const go = useCallback((path: string) => newest.current(path), []);
  return (
    <ComboboxProvider open setValue={setTyped} focusLoop={false} includesBaseElement={false}>
      <Combobox
        autoSelect="always"
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        className="palette-input"
      />
      <ComboboxList alwaysVisible className="palette-list" aria-label={t('palette.results')}>
        <Found text={text} onChoose={go} />
      </ComboboxList>
    </ComboboxProvider>
  );
}

type FoundProps = { readonly text: string; readonly onChoose: (path: string) => void };

const Found = memo(function Found({ text, onChoose }: FoundProps) {
  const { t, named } = useWords();
  const { value: models = [] } = useLoaded('models', allModels);
  const found = useMemo(() => findModels(models, text), [models, text]);
  const pages = [
    ['/', t('shell.models')],
    ['/tasks', t('shell.history')],
    ['/console', t('shell.console')],
  ] as const;
  const foundPages = pages.filter(([, name]) => name.toLowerCase().includes(text.toLowerCase()));
  if (found.length + foundPages.length === 0) return <p className="palette-empty">{t('palette.nothing')}</p>;
  return (
    <>
      {found.map(({ id, title, operation, output, available }) => (
        <Item key={id} value={id} path={`/models/${id}`} onChoose={onChoose}>
          <OperationGlyph operation={operation} output={output} />
          <span className="palette-title">{title}</span>
          <span className="faint">{available ? t('model.runsHere') : named('operation', operation)}</span>
        </Item>
      ))}
      {foundPages.map(([path, name]) => (
        <Item key={path} value={path} path={path} onChoose={onChoose}>
          <span className="glyph" />
          <span className="palette-title">{name}</span>
        </Item>
      ))}
    </>
  );
});

type ItemProps = {
  readonly value: string;
  readonly path: string;
  readonly onChoose: (path: string) => void;
  readonly children: ReactNode;
};

function Item({ value, path, onChoose, children }: ItemProps) {
  return (
    <ComboboxItem
      value={value}
      setValueOnClick={false}
      hideOnClick={false}
      focusOnHover
      className="palette-item"
      onClick={() => onChoose(path)}
    >
      {children}
    </ComboboxItem>
  );
}
