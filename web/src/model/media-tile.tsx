/** One medium that was given: a look at it, its place among the others, and a way to take it away. */
import { ownPath, readArtifact } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { useLoaded } from '../use-loaded.ts';
import type { MediaKind } from './schema.ts';

type MediaTileProps = {
  /** The id of an artifact, or a link. */
  readonly value: string;
  readonly kind: MediaKind;
  readonly number: number;
  readonly onRemove: () => void;
  readonly onBack: (() => void) | undefined;
  readonly onForth: (() => void) | undefined;
};

const artifactPrefix = 'art_';

export function MediaTile({ value, kind, number, onRemove, onBack, onForth }: MediaTileProps) {
  const { t, format } = useWords();
  const isStored = value.startsWith(artifactPrefix);
  const { value: artifact } = useLoaded(value, async () => (isStored ? await readArtifact(value) : undefined));
  const url = artifact === undefined ? undefined : ownPath(artifact.thumbnail?.url ?? artifact.url);
  const name = t(`media.name.${kind}`, { number });
  return (
    <div className="tile">
      {url === undefined ? <span className="tile-name">{isStored ? name : value}</span> : null}
      {url !== undefined && kind === 'image' ? <img src={url} alt={name} /> : null}
      {url !== undefined && kind === 'video' ? <video src={ownPath(artifact?.url ?? '')} muted playsInline /> : null}
      {/* biome-ignore lint/a11y/useMediaCaption: what somebody gave has no captions. */}
      {url !== undefined && kind === 'audio' ? <audio src={url} controls /> : null}
      <span className="tile-bar">
        <span className="tile-facts">
          {artifact?.width == null ? '' : `${artifact.width}×${artifact.height}`}
          {artifact?.duration_ms == null ? '' : ` ${format.duration(artifact.duration_ms)}`}
        </span>
        {onBack === undefined ? null : (
          <button type="button" className="plain" aria-label={t('media.back', { name })} onClick={onBack}>
            <Icon name="left" />
          </button>
        )}
        {onForth === undefined ? null : (
          <button type="button" className="plain" aria-label={t('media.forth', { name })} onClick={onForth}>
            <Icon name="right" />
          </button>
        )}
        <button type="button" className="plain" aria-label={t('media.removeOne', { name })} onClick={onRemove}>
          <Icon name="close" />
        </button>
      </span>
    </div>
  );
}
