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
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { ListedModel } from '../../../sdk/index.ts';
import { allModels } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { OperationGlyph } from '../parts/operation-glyph.tsx';
import { useLoaded } from '../use-loaded.ts';

type PaletteProps = { readonly isOpen: boolean; readonly onClose: () => void };

const mostShown = 30;

/** As the server searches: all words, anywhere in what it is called or said to be. What runs here comes first. */
export function findModels(models: readonly ListedModel[], text: string): readonly ListedModel[] {
  const words = text.toLowerCase().split(/\s+/);
  const found = models.filter(({ id, title, description, names }) => {
    const all = [id, title, description, ...names.map(({ name }) => name)].join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  });
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
  const { t, named } = useWords();
  const [, navigate] = useLocation();
  const [text, setText] = useState('');
  const { value: models = [] } = useLoaded('models', allModels);
  const found = findModels(models, text);
  const go = (path: string) => {
    onClose();
    navigate(path);
  };
  const pages = [
    ['/', t('shell.models')],
    ['/tasks', t('shell.history')],
    ['/console', t('shell.console')],
  ] as const;
  const foundPages = pages.filter(([, name]) => name.toLowerCase().includes(text.toLowerCase()));
  return (
    <ComboboxProvider open setValue={setText} focusLoop={false} includesBaseElement={false}>
      <Combobox
        autoSelect="always"
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        className="palette-input"
      />
      <ComboboxList alwaysVisible className="palette-list" aria-label={t('palette.results')}>
        {found.map(({ id, title, operation, output, available }) => (
          <ComboboxItem
            key={id}
            value={id}
            setValueOnClick={false}
            hideOnClick={false}
            focusOnHover
            className="palette-item"
            onClick={() => go(`/models/${id}`)}
          >
            <OperationGlyph operation={operation} output={output} />
            <span className="palette-title">{title}</span>
            <span className="faint">{available ? t('model.runsHere') : named('operation', operation)}</span>
          </ComboboxItem>
        ))}
        {foundPages.map(([path, name]) => (
          <ComboboxItem
            key={path}
            value={path}
            setValueOnClick={false}
            hideOnClick={false}
            focusOnHover
            className="palette-item"
            onClick={() => go(path)}
          >
            <span className="glyph" />
            <span className="palette-title">{name}</span>
          </ComboboxItem>
        ))}
        {found.length + foundPages.length === 0 ? <p className="palette-empty">{t('palette.nothing')}</p> : null}
      </ComboboxList>
    </ComboboxProvider>
  );
}
