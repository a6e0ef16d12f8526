/** A film: played in a loop if wished, and looked at frame by frame. */
import { type KeyboardEvent, useRef, useState } from 'react';
import type { Artifact } from '../../../sdk/index.ts';
import { ownPath } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';

const usualFrameRate = 24;

export function Film({ file }: { readonly file: Artifact }) {
  const { t } = useWords();
  const film = useRef<HTMLVideoElement>(null);
  const [isLooping, setLooping] = useState(true);
  const step = (frames: number) => {
    const video = film.current;
    if (video === null) return;
    video.pause();
    const frameSeconds = 1 / (file.frame_rate ?? usualFrameRate);
    // The middle of a frame, so that rounding never lands on its neighbour.
    const frame = Math.floor(video.currentTime / frameSeconds) + frames;
    video.currentTime = Math.min(Math.max(0, (frame + 0.5) * frameSeconds), video.duration);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== ',' && event.key !== '.') return;
    event.preventDefault();
    step(event.key === ',' ? -1 : 1);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the two buttons inside.
    <div className="film" onKeyDown={onKeyDown}>
      {/* biome-ignore lint/a11y/useMediaCaption: nobody has written down what a generated film says. */}
      <video
        ref={film}
        src={ownPath(file.url)}
        poster={file.poster === null ? undefined : ownPath(file.poster.url)}
        controls
        playsInline
        loop={isLooping}
        width={file.width ?? undefined}
        height={file.height ?? undefined}
      />
      <div className="film-bar">
        <button
          type="button"
          aria-label={t('film.previousFrame')}
          title={t('film.previousFrame')}
          onClick={() => step(-1)}
        >
          <Icon name="previousFrame" />
        </button>
        <button type="button" aria-label={t('film.nextFrame')} title={t('film.nextFrame')} onClick={() => step(1)}>
          <Icon name="nextFrame" />
        </button>
        <label className="film-loop">
          <input type="checkbox" checked={isLooping} onChange={({ target }) => setLooping(target.checked)} />
          {t('film.loop')}
        </label>
      </div>
    </div>
  );
}
