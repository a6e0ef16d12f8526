/** A picture, and a closer look at it. */
import { Dialog, DialogDismiss } from '@ariakit/react';
import { useState } from 'react';
import type { Artifact } from '../../../sdk/index.ts';
import { ownPath } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';

type PictureProps = { readonly file: Artifact; readonly alt: string };

export function Picture({ file, alt }: PictureProps) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const [isWhole, setWhole] = useState(true);
  const size = { width: file.width ?? undefined, height: file.height ?? undefined };
  return (
    <>
      <button type="button" className="picture" aria-label={t('result.zoom')} onClick={() => setOpen(true)}>
        <img src={ownPath(file.url)} alt={alt} {...size} />
        <Icon name="zoom" />
      </button>
      <Dialog
        open={isOpen}
        onClose={() => setOpen(false)}
        unmountOnHide
        className="zoom"
        backdrop={<div className="backdrop" />}
        aria-label={t('result.zoom')}
      >
        <div className="zoom-bar">
          <button type="button" aria-pressed={!isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? t('result.realSize') : t('result.wholePicture')}
          </button>
          <DialogDismiss aria-label={t('result.close')}>
            <Icon name="close" />
          </DialogDismiss>
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
        <div className={isWhole ? 'zoom-stage zoom-whole' : 'zoom-stage'} tabIndex={0}>
          <img src={ownPath(file.url)} alt={alt} {...size} />
        </div>
      </Dialog>
    </>
  );
}
