/** One model: its form on one side, what comes of it on the other. */
import type { RJSFSchema } from '@rjsf/utils';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { Model, Task } from '../../../sdk/index.ts';
import { allModels, client, readArtifact } from '../api.ts';
import { breadcrumbOf, makerOf, siblingsOf } from '../gallery/navigation.ts';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { OperationGlyph } from '../parts/operation-glyph.tsx';
import { useLoaded } from '../use-loaded.ts';
import { Playground } from './playground.tsx';
import { inputForOther, inputOf, inputWith } from './rerun.ts';
import type { Input } from './use-estimate.ts';

const ApiPage = lazy(() => import('../api/api-page.tsx').then(({ ApiPage: view }) => ({ default: view })));

type Opening = { readonly model: Model; readonly input: Input };

/** The model, and what its form begins with: an earlier task, a stored file, or nothing. */
async function open(id: string, from: string | null, use: string | null, signal: AbortSignal): Promise<Opening> {
  const model = await client.call('getModel', { path: { model: id } }, { signal });
  const schema = model.input_schema as RJSFSchema;
  if (from !== null) {
    const task = await client.task(from, { signal });
    if (task.model === id) return { model, input: inputOf(task, schema) };
    return { model, input: inputForOther(task, await kindsOf(task), schema) };
  }
  if (use !== null) return { model, input: inputWith(use, (await readArtifact(use)).kind, schema) };
  return { model, input: {} };
}

/** What each stored medium of a task is. */
async function kindsOf({ media }: Task): Promise<ReadonlyMap<string, string>> {
  const ids = media.flatMap(({ artifact }) => artifact ?? []);
  const settled = await Promise.allSettled(ids.map(readArtifact));
  return new Map(settled.flatMap((one) => (one.status === 'fulfilled' ? [[one.value.id, one.value.kind]] : [])));
}

export function ModelPage({ id }: { readonly id: string }) {
  const [params] = useSearchParams();
  // Only what it is opened with counts: the address changes with every task that is started here.
  const [opening] = useState({ from: params.get('from') ?? params.get('task'), use: params.get('use') });
  const { value, error } = useLoaded(id, (signal) => open(id, opening.from, opening.use, signal));
  useEffect(() => {
    if (value !== undefined) document.title = `${value.model.title} · Framegate`;
  }, [value]);
  if (error !== undefined) {
    return (
      <div className="page">
        <ErrorNotice error={error} />
      </div>
    );
  }
  if (value === undefined) return null;
  return (
    <div className="model">
      <ModelHead model={value.model} />
      <Views model={value.model} firstInput={value.input} />
    </div>
  );
}

/** The form, and what a program would send in its place. The form goes on where it was: its input is what the samples say. */
function Views({ model, firstInput }: { readonly model: Model; readonly firstInput: Input }) {
  const { t } = useWords();
  const [params] = useSearchParams();
  const [input, setInput] = useState(firstInput);
  const isApi = params.get('view') === 'api';
  const taskId = params.get('task') ?? undefined;
  const place = (view: string | undefined) => {
    const search = new URLSearchParams({
      ...(taskId === undefined ? {} : { task: taskId }),
      ...(view === undefined ? {} : { view }),
    }).toString();
    return `/models/${model.id}${search === '' ? '' : `?${search}`}`;
  };
  return (
    <>
      <nav className="tabs" aria-label={t('tab.views')}>
        <Link href={place(undefined)} aria-current={isApi ? undefined : 'page'}>
          {t('tab.playground')}
        </Link>
        <Link href={place('api')} aria-current={isApi ? 'page' : undefined}>
          {t('tab.api')}
        </Link>
      </nav>
      <div hidden={isApi}>
        <Playground model={model} firstInput={firstInput} onInput={setInput} />
      </div>
      {isApi ? (
        <Suspense fallback={<p className="waiting">{t('shell.loading')}</p>}>
          <ApiPage model={model} input={input} taskId={taskId} />
        </Suspense>
      ) : null}
    </>
  );
}

function ModelHead({ model }: { readonly model: Model }) {
  const { t, named } = useWords();
  const { value: models = [] } = useLoaded('models', allModels);
  const siblings = siblingsOf(models, model.id);
  const place = siblings.findIndex(({ id }) => id === model.id);
  const [before, after] = [siblings[place - 1], siblings[place + 1]];
  return (
    <header className="model-head">
      <div className="model-way">
        <nav aria-label={t('model.breadcrumb')}>
          <ol className="breadcrumb">
            <li>
              <Link href="/">{t('shell.models')}</Link>
            </li>
            {breadcrumbOf(model).length === 0 ? (
              <li>
                <Link href={`/?vendor=${makerOf(model)}`}>{named('maker', makerOf(model))}</Link>
              </li>
            ) : null}
            {breadcrumbOf(model).map(({ name, path }) => (
              <li key={path}>
                <Link href={`/?nav=${encodeURIComponent(path)}`}>{name}</Link>
              </li>
            ))}
          </ol>
        </nav>
        <nav className="siblings" aria-label={t('model.siblings')}>
          {before === undefined ? null : (
            <Link href={`/models/${before.id}`} title={before.title}>
              <Icon name="left" />
              {t('model.previous')}
            </Link>
          )}
          {after === undefined ? null : (
            <Link href={`/models/${after.id}`} title={after.title}>
              {t('model.next')}
              <Icon name="right" />
            </Link>
          )}
        </nav>
      </div>
      <p className="model-operation">
        <OperationGlyph operation={model.operation} output={model.output} />
        {named('operation', model.operation)}
      </p>
      <h1>{model.title}</h1>
      <p className="model-text">{model.description}</p>
      <code className="model-id">{model.id}</code>
      {model.available ? null : (
        <Notice kind="info">
          <span>{t('model.cannotRun')}</span>
          <span lang="en" className="sentence">
            {model.availability}
          </span>
        </Notice>
      )}
    </header>
  );
}
