/** What a task was made from, the tasks that made that, and the tasks that its own results went into. */
import { useState } from 'react';
import { Link } from 'wouter';
import type { Artifact, Operations, Task } from '../../../sdk/index.ts';
import { client, ownPath, readArtifact } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { asError, useLoaded } from '../use-loaded.ts';

type Page = Operations['listTasks']['answer'];

type Lineage = {
  /** The task that made it, by the artifact that was given. */
  readonly makers: ReadonlyMap<string, Task>;
  readonly users: Page;
};

/** More than one task is ever made from. */
const mostMakers = 100;
const pageSize = 24;

const resultsOf = ({ output }: Task) => (output?.files ?? []).map(({ id }) => id);

async function findLineage(task: Task, signal: AbortSignal): Promise<Lineage> {
  const list = (query: Readonly<Record<string, string | number>>) => client.call('listTasks', { query }, { signal });
  const [sources, users] = await Promise.all([
    list({ used_in: task.id, limit: mostMakers }),
    list({ made_from: task.id, limit: pageSize }),
  ]);
  return { makers: new Map(sources.data.flatMap((one) => resultsOf(one).map((id) => [id, one]))), users };
}

export function Lineage({ task }: { readonly task: Task }) {
  const { t } = useWords();
  const hasKin = task.media.length > 0 || resultsOf(task).length > 0;
  const { value } = useLoaded(`${task.id} ${task.state}`, async (signal) =>
    hasKin ? await findLineage(task, signal) : undefined,
  );
  return (
    <div className="lineage">
      {task.media.length === 0 ? null : (
        <section>
          <h2>{t('task.madeFrom')}</h2>
          <ul className="kin">
            {task.media.map(({ artifact, url, field, index }) => (
              <li key={`${field} ${index}`}>
                {artifact === null ? url : <MadeFrom id={artifact} maker={value?.makers.get(artifact)} />}
              </li>
            ))}
          </ul>
        </section>
      )}
      {value === undefined || value.users.data.length === 0 ? null : <UsedIn id={task.id} first={value.users} />}
    </div>
  );
}

function UsedIn({ id, first }: { readonly id: string; readonly first: Page }) {
  const { t } = useWords();
  const [older, setOlder] = useState<readonly Page[]>([]);
  const [error, setError] = useState<ReturnType<typeof asError>>();
  const pages = [first, ...older];
  const cursor = pages.at(-1)?.next_cursor ?? null;
  const more = async () => {
    setError(undefined);
    try {
      const query = { made_from: id, limit: pageSize, ...(cursor === null ? {} : { cursor }) };
      const page = await client.call('listTasks', { query });
      setOlder((before) => [...before, page]);
    } catch (caught) {
      setError(asError(caught));
    }
  };
  return (
    <section>
      <h2>{t('task.usedIn')}</h2>
      <ul className="kin">
        {pages
          .flatMap(({ data }) => data)
          .map((user) => (
            <li key={user.id}>
              <Kin task={user} look={lookOf(user.output?.files[0])} />
            </li>
          ))}
      </ul>
      {error === undefined ? null : <ErrorNotice error={error} />}
      {cursor === null ? null : (
        <button type="button" onClick={() => void more()}>
          {t('history.more')}
        </button>
      )}
    </section>
  );
}

function lookOf(file: Artifact | undefined): string | undefined {
  const look = file?.thumbnail ?? file?.poster ?? (file?.kind === 'image' ? file : null);
  return look == null ? undefined : ownPath(look.url);
}

function Kin({ task, look }: { readonly task: Task; readonly look: string | undefined }) {
  return (
    <Link href={`/tasks/${task.id}`} className="kin-link">
      {look === undefined ? null : <img src={look} alt="" />}
      <span>{task.model}</span>
    </Link>
  );
}

function MadeFrom({ id, maker }: { readonly id: string; readonly maker: Task | undefined }) {
  const { t } = useWords();
  const { value: artifact } = useLoaded(id, () => readArtifact(id));
  if (artifact === undefined) return null;
  const look = lookOf(artifact);
  if (maker !== undefined) return <Kin task={maker} look={look} />;
  return (
    <a href={ownPath(artifact.url)} className="kin-link">
      {look === undefined ? null : <img src={look} alt={t('task.madeFrom')} />}
      <span>{artifact.file_name}</span>
    </a>
  );
}
