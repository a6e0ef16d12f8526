/** The bar above every page. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { type Language, useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { useSession } from '../session.tsx';
import { type Theme, themes, useTheme } from '../theme.ts';

const Palette = lazy(() => import('./palette.tsx').then(({ Palette: view }) => ({ default: view })));

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function Header() {
  const { t, language, setLanguage } = useWords();
  const { owner, leave } = useSession();
  const [theme, setTheme] = useTheme();
  const [isSearching, setSearching] = useState(false);
  // It comes with the first search, and stays.
  const [isWanted, setWanted] = useState(false);
  const [location] = useLocation();

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setWanted(true);
      setSearching((before) => !before);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  const place = (path: string, isHere: boolean, text: string) => (
    <Link href={path} aria-current={isHere ? 'page' : undefined}>
      {text}
    </Link>
  );
  return (
    <header className="bar">
      <Link href="/" className="mark">
        Framegate
      </Link>
      <nav aria-label={t('shell.navigation')}>
        {place('/', location === '/' || location.startsWith('/models'), t('shell.models'))}
        {place('/tasks', location.startsWith('/tasks') || location.startsWith('/compare'), t('shell.history'))}
        {place('/console', location.startsWith('/console'), t('shell.console'))}
        {place('/reference', location.startsWith('/reference'), t('shell.reference'))}
      </nav>
      <button
        type="button"
        className="search-button"
        onClick={() => {
          setWanted(true);
          setSearching(true);
        }}
        aria-keyshortcuts="Meta+K Control+K"
      >
        <Icon name="search" />
        <span>{t('shell.search')}</span>
        <kbd>{isApple ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <details className="menu">
        <summary aria-label={t('shell.settings')}>
          <Icon name="menu" />
        </summary>
        <div className="menu-sheet">
          <label>
            {t('shell.language')}
            <select value={language} onChange={(event) => setLanguage(event.target.value as Language)}>
              <option value="en">English</option>
              <option value="zh">中文</option>
            </select>
          </label>
          <label>
            {t('shell.theme')}
            <select value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
              {themes.map((name) => (
                <option key={name} value={name}>
                  {t(`theme.${name}`)}
                </option>
              ))}
            </select>
          </label>
          <a href="/docs/" target="_blank" rel="noreferrer">
            {t('shell.documents')}
          </a>
          <p className="faint">{owner ? t('shell.asOwner') : t('shell.asTenant')}</p>
          <button type="button" onClick={() => void leave()}>
            {t('shell.signOut')}
          </button>
        </div>
      </details>
      {isWanted ? (
        <Suspense>
          <Palette isOpen={isSearching} onClose={() => setSearching(false)} />
        </Suspense>
      ) : null}
    </header>
  );
}
