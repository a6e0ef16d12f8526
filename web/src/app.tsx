/** The views and their addresses. */
import { lazy, Suspense } from 'react';
import { Link, Route, Router, Switch } from 'wouter';
import { Gallery } from './gallery/gallery.tsx';
import { useWords } from './i18n/index.tsx';
import { Header } from './shell/header.tsx';

const ModelPage = lazy(() => import('./model/model-page.tsx').then(({ ModelPage: view }) => ({ default: view })));
const History = lazy(() => import('./history/history.tsx').then(({ History: view }) => ({ default: view })));
const TaskPage = lazy(() => import('./history/task-page.tsx').then(({ TaskPage: view }) => ({ default: view })));
const ComparePage = lazy(() =>
  import('./history/compare-page.tsx').then(({ ComparePage: view }) => ({ default: view })),
);
const Reference = lazy(() => import('./reference/reference.tsx').then(({ Reference: view }) => ({ default: view })));
const Console = lazy(() => import('./console/console.tsx').then(({ Console: view }) => ({ default: view })));

export function App() {
  const { t } = useWords();
  return (
    <Router base="/ui">
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        <Suspense fallback={<p className="waiting">{t('shell.loading')}</p>}>
          <Switch>
            <Route path="/">
              <Gallery />
            </Route>
            <Route path="/models/*">{({ '*': id }) => <ModelPage key={id} id={id} />}</Route>
            <Route path="/tasks">
              <History />
            </Route>
            <Route path="/tasks/:id">{({ id }) => <TaskPage key={id} id={id} />}</Route>
            <Route path="/compare">
              <ComparePage />
            </Route>
            <Route path="/console/*?">{({ '*': section = '' }) => <Console section={section} />}</Route>
            <Route path="/reference">
              <Reference />
            </Route>
            <Route>
              <div className="page">
                <h1>{t('shell.notFound')}</h1>
                <p>
                  <Link href="/">{t('shell.models')}</Link>
                </p>
              </div>
            </Route>
          </Switch>
        </Suspense>
      </main>
    </Router>
  );
}
