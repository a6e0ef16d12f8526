/** A text that a task made, to be read and copied. */
import { useState } from 'react';
import type { Artifact } from '../../../sdk/index.ts';
import { ownPath } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { useLoaded } from '../use-loaded.ts';

/** More is not read on a page; the download has it all. */
const mostBytes = 200_000;

async function readText(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(response.statusText);
  return await response.text();
}

export function Text({ file }: { readonly file: Artifact }) {
  const { t } = useWords();
  const [isCopied, setCopied] = useState(false);
  const { value, error } = useLoaded(file.id, (signal) => readText(ownPath(file.url), signal));
  if (error !== undefined) return <ErrorNotice error={error} />;
  if (value === undefined) return null;
  const copy = () => {
    void navigator.clipboard.writeText(value).then(() => setCopied(true));
  };
  return (
    <div className="text-result">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <section tabIndex={0} aria-label={file.file_name}>
        <pre>{value.slice(0, mostBytes)}</pre>
      </section>
      <button type="button" onClick={copy}>
        {isCopied ? t('text.copied') : t('text.copy')}
      </button>
    </div>
  );
}
