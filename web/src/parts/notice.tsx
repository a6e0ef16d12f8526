/** A sentence that stands out: a problem, or something to know. */
import type { ReactNode } from 'react';
import type { FramegateError } from '../../../sdk/index.ts';
import { useWords } from '../i18n/index.tsx';

type NoticeProps = { readonly kind: 'problem' | 'info'; readonly children: ReactNode };

export function Notice({ kind, children }: NoticeProps) {
  return (
    <div className={`notice notice-${kind}`} role={kind === 'problem' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}

/** What the server said, as it said it. */
export function ErrorNotice({ error }: { readonly error: FramegateError }) {
  const { t } = useWords();
  return (
    <Notice kind="problem">
      <span>{error.status === 0 ? t('error.unreachable') : error.message}</span>
      {error.code === undefined ? null : <code>{error.code}</code>}
    </Notice>
  );
}
