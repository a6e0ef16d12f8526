/** What is known of a task and its result. */
import type { Artifact, Task } from '../../../sdk/index.ts';
import { useWords } from '../i18n/index.tsx';

type FactsProps = { readonly task: Task; readonly file?: Artifact | undefined };

export function Facts({ task, file }: FactsProps) {
  const { t, format } = useWords();
  const took =
    task.started_at === null || task.finished_at === null
      ? undefined
      : Date.parse(task.finished_at) - Date.parse(task.started_at);
  const { captured_micros: captured, list_micros: list } = task.cost;
  const rows: readonly (readonly [string, string | undefined])[] = [
    [t('facts.engine'), task.engine],
    [t('facts.seed'), String(task.seed)],
    [t('facts.size'), file?.width == null ? undefined : `${file.width} × ${file.height}`],
    [t('facts.length'), file?.duration_ms == null ? undefined : format.duration(file.duration_ms)],
    [t('facts.frameRate'), file?.frame_rate == null ? undefined : format.number(file.frame_rate)],
    [t('facts.bytes'), file === undefined ? undefined : `${file.media_type}, ${format.bytes(file.size_bytes)}`],
    [t('facts.took'), took === undefined ? undefined : format.duration(took)],
    [
      t('facts.cost'),
      captured === null ? undefined : t('facts.costOf', { cost: format.money(captured), list: format.money(list) }),
    ],
    [t('facts.created'), format.time(task.created_at)],
  ];
  return (
    <dl className="facts">
      {rows.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
      <div>
        <dt>{t('facts.task')}</dt>
        <dd>
          <code>{task.id}</code>
        </dd>
      </div>
      {file === undefined ? null : (
        <div>
          <dt>SHA-256</dt>
          <dd>
            <code className="long">{file.sha256}</code>
          </dd>
        </div>
      )}
    </dl>
  );
}
