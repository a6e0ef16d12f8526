/** Every API of the gateway as its OpenAPI description has it, in Swagger UI. */
import { useEffect, useRef } from 'react';
import { useSearchParams } from 'wouter';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { useSession } from '../session.tsx';
import { useLoaded } from '../use-loaded.ts';
import { showDescription } from './viewer.ts';

const ownDialect = 'native';
const ownName = 'Framegate';
const dialects = [ownDialect, 'runcomfy', 'runninghub', 'vtrix', 'vidu'] as const;

const pathOf = (dialect: string) => (dialect === ownDialect ? '/openapi.json' : `/${dialect}/openapi.json`);

export function Reference() {
  const { t, named } = useWords();
  const [params, setParams] = useSearchParams();
  const dialect = dialects.find((one) => one === params.get('api')) ?? ownDialect;
  const { owner } = useSession();
  const isOwn = dialect === ownDialect;
  const { value, error } = useLoaded(dialect, async (signal) => {
    const response = await fetch(pathOf(dialect), { signal });
    return (await response.json()) as Readonly<Record<string, unknown>>;
  });
  useEffect(() => {
    document.title = t('reference.title');
  }, [t]);
  return (
    <div className="page reference">
      <h1>{t('reference.heading')}</h1>
      <p className="faint">{t('reference.text')}</p>
      <nav className="tabs" aria-label={t('api.dialect')}>
        {dialects.map((one) => (
          <button
            key={one}
            type="button"
            className="tab"
            aria-current={one === dialect ? 'page' : undefined}
            onClick={() => setParams(one === ownDialect ? {} : { api: one })}
          >
            {one === ownDialect ? ownName : named('maker', one)}
          </button>
        ))}
      </nav>
      <p className="faint">
        {isOwn ? t('reference.session') : t('reference.noSession')}{' '}
        <a href={pathOf(dialect)}>{t('reference.openApi')}</a>
      </p>
      {error === undefined ? null : <ErrorNotice error={error} />}
      {value === undefined ? null : <Viewer key={dialect} spec={value} isOwn={isOwn} isOwner={owner} />}
    </div>
  );
}

type ViewerProps = {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly isOwn: boolean;
  readonly isOwner: boolean;
};

function Viewer({ spec, isOwn, isOwner }: ViewerProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current !== null) showDescription(place.current, spec, { isOwn, isOwner });
  }, [spec, isOwn, isOwner]);
  useEffect(() => followColours(document.documentElement), []);
  return <div ref={place} />;
}

/** The viewer's dark colours hang on a class of the document. */
function followColours(root: HTMLElement): () => void {
  const paint = () => root.classList.toggle('dark-mode', getComputedStyle(root).colorScheme === 'dark');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const choice = new MutationObserver(paint);
  paint();
  system.addEventListener('change', paint);
  choice.observe(root, { attributeFilter: ['data-theme'] });
  return () => {
    system.removeEventListener('change', paint);
    choice.disconnect();
    root.classList.remove('dark-mode');
  };
}
