/** One task in the history. */
import { memo, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import type { Task } from '../../../sdk/index.ts';
import { ownPath } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { promptOf } from '../result/task-view.tsx';
import type { Selection } from './selection.ts';

type TaskTileProps = {
  readonly task: Task;
  readonly selection: Selection;
};

export const TaskTile = memo(function TaskTile({ task, selection }: TaskTileProps) {
  const { t, named, format } = useWords();
  const isChosen = useSyncExternalStore(selection.listen, () => selection.ids().has(task.id));
  const file = task.output?.files[0];
  const look = file?.thumbnail ?? file?.poster ?? (file?.kind === 'image' ? file : null);
  const title = promptOf(task) || named('operation', task.operation);
  return (
    <li className="frame-place" data-chosen={isChosen}>
      <Link href={`/tasks/${task.id}`} className="frame" data-state={task.state} data-id={task.id}>
        <span className="frame-look">
          {look == null ? null : <img src={ownPath(look.url)} alt="" loading="lazy" decoding="async" />}
          {task.state === 'succeeded' ? null : <span className="frame-state">{t(`state.${task.state}`)}</span>}
          {task.state === 'running' ? (
            <progress max={1} value={task.progress} aria-label={t('state.progress')} />
          ) : null}
        </span>
        <span className="frame-prompt">{title}</span>
        <span className="frame-foot">
          <span>{task.model}</span>
          <time dateTime={task.created_at}>{format.time(task.created_at)}</time>
        </span>
      </Link>
      <input
        type="checkbox"
        className="frame-choice"
        checked={isChosen}
        tabIndex={-1}
        aria-label={t('history.choose', { name: title })}
        onChange={({ nativeEvent }) => selection.toggle(task.id, (nativeEvent as MouseEvent).shiftKey === true)}
      />
    </li>
  );
});
