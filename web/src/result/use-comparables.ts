/** The pictures that a result can be laid over: what it was made from, and the other results beside it. */
import type { Artifact, Task } from '../../../sdk/index.ts';
import { ownPath, readArtifact } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { useLoaded } from '../use-loaded.ts';
import type { Comparable } from './compare-slider.tsx';

export function toComparable(file: Artifact, name: string): Comparable {
  return { id: file.id, name, url: ownPath(file.url), width: file.width, height: file.height };
}

export function useComparables(task: Task, file: Artifact): readonly Comparable[] {
  const { t } = useWords();
  const isPicture = file.kind === 'image';
  const given = isPicture ? task.media.flatMap(({ artifact }) => artifact ?? []) : [];
  const { value: inputs = [] } = useLoaded(given.join(' '), async () => {
    // What was given may be gone while the result is still there.
    const settled = await Promise.allSettled(given.map(readArtifact));
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  });
  if (!isPicture) return [];
  const results = task.output?.files ?? [];
  return [
    ...inputs
      .filter(({ kind }) => kind === 'image')
      .map((one, index) => toComparable(one, t('media.name.image', { number: index + 1 }))),
    ...results.flatMap((one, index) =>
      one.kind === 'image' && one.id !== file.id ? [toComparable(one, t('result.number', { number: index + 1 }))] : [],
    ),
  ];
}
