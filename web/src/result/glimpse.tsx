/** The newest frame of a task that is still at work. */
import { useEffect, useState } from 'react';
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';

type GlimpseProps = {
  readonly taskId: string;
  /** Another with each frame. */
  readonly name: string;
};

export function Glimpse({ taskId, name }: GlimpseProps) {
  const { t } = useWords();
  const [url, setUrl] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new name is a new frame.
  useEffect(() => {
    const stop = new AbortController();
    // Asked for as all else is, so that the session counts in every browser; none is there once the task has ended.
    client.glimpse(taskId, { signal: stop.signal }).then(
      (picture) => setUrl(URL.createObjectURL(picture)),
      () => {},
    );
    return () => stop.abort();
  }, [taskId, name]);
  useEffect(
    () => () => {
      if (url !== undefined) URL.revokeObjectURL(url);
    },
    [url],
  );
  return url === undefined ? null : <img className="glimpse" src={url} alt={t('result.glimpse')} />;
}
