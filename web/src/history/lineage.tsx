/** What a task was made from, the tasks that made that, and the tasks that its own results went into. */
import { Link } from 'wouter';
import type { Artifact, Task } from '../../../sdk/index.ts';
import { client, ownPath, readArtifact } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { useLoaded } from '../use-loaded.ts';

/** How many tasks around this one are looked through: the server keeps no list of uses. */
const mostSearched = 300;
const pageSize = 100;

type Lineage = {
  /** The task that made it, by the artifact that was given. */
  readonly makers: ReadonlyMap<string, Task>;
  readonly users: readonly Task[];
};

const givenTo = ({ media }: Task) => media.flatMap(({ artifact }) => artifact ?? []);
const resultsOf = ({ output }: Task) => (output?.files ?? []).map(({ id }) => id);

async function findLineage(task: Task, signal: AbortSignal): Promise<Lineage> {
  const given = new Set(givenTo(task));
  const results = new Set(resultsOf(task));
  const makers = new Map<string, Task>();
  const users: Task[] = [];
  let left = mostSearched;
  for await (const other of client.tasks({ limit: pageSize }, { signal })) {
    for (const id of resultsOf(other)) if (given.has(id)) makers.set(id, other);
    if (givenTo(other).some((id) => results.has(id))) users.push(other);
    left -= 1;
    if (left === 0) break;
  }
  return { makers, users };
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
      {value === undefined || value.users.length === 0 ? null : (
        <section>
          <h2>{t('task.usedIn')}</h2>
          <ul className="kin">
            {value.users.map((user) => (
              <li key={user.id}>
                <Kin task={user} look={lookOf(user.output?.files[0])} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
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
