/** Code that is read, scrolled and copied. */
import { useWords } from '../i18n/index.tsx';
import { CopyButton } from '../parts/copy-button.tsx';

export function CodeBlock({ code, label }: { readonly code: string; readonly label: string }) {
  const { t } = useWords();
  return (
    <div className="code-block">
      <CopyButton text={code} label={t('copy.of', { what: label })} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <section className="code" tabIndex={0} aria-label={label}>
        <pre>{code}</pre>
      </section>
    </div>
  );
}
