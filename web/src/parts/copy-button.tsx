/** Copies a text, and says so for a moment. */
import { useEffect, useState } from 'react';
import { useWords } from '../i18n/index.tsx';

const shownMs = 1_500;

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const { t } = useWords();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    await copyText(text);
    setCopied(true);
  };
  return (
    <button type="button" className="copy" aria-label={isCopied ? t('copy.done') : label} onClick={() => void copy()}>
      {isCopied ? t('copy.done') : t('copy.copy')}
    </button>
  );
}

/** Browsers have the clipboard of today only on https and on the machine itself; elsewhere the old way works. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('readonly', '');
  area.className = 'off-screen';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
