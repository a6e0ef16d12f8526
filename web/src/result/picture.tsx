/** A picture, and a closer look at it. */
import { Dialog, DialogDismiss } from '@ariakit/react';
import { useState } from 'react';
import type { Artifact } from '../../../sdk/index.ts';
import { ownPath } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { ZoomStage } from './zoom-stage.tsx';

type PictureProps = { readonly file: Artifact; readonly alt: string };

export function Picture({ file, alt }: PictureProps) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const url = ownPath(file.url);
  return (
    <>
      <button type="button" className="picture" aria-label={t('result.zoom')} onClick={() => setOpen(true)}>
        <img src={url} alt={alt} width={file.width ?? undefined} height={file.height ?? undefined} />
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
        <ZoomStage src={url} alt={alt} width={file.width} height={file.height} />
        <DialogDismiss className="zoom-close" aria-label={t('result.close')}>
          <Icon name="close" />
        </DialogDismiss>
      </Dialog>
    </>
  );
}
