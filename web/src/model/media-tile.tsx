/** One medium that was given: a look at it, its place among the others, and a way to take it away. */
import { type CSSProperties, useState } from 'react';
import type { Artifact } from '../../../sdk/index.ts';
import { client, ownPath, readArtifact } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { asError, useLoaded } from '../use-loaded.ts';
import { cropPicture, keptShares } from './crop.ts';
import type { Shape } from './form-facts.ts';
import { checkLength, type LengthRule } from './length-rule.ts';
import type { MediaKind } from './schema.ts';

type MediaTileProps = {
  /** The id of an artifact, or a link. */
  readonly value: string;
  readonly kind: MediaKind;
  readonly number: number;
  /** How many the field has. */
  readonly count: number;
  readonly rule: LengthRule | undefined;
  /** The shape of the result that is asked for. */
  readonly shape: Shape | undefined;
  readonly onReplace: (value: string) => void;
  readonly onRemove: () => void;
  readonly onBack: (() => void) | undefined;
  readonly onForth: (() => void) | undefined;
};

const artifactPrefix = 'art_';

function useStored(value: string): Artifact | undefined {
  const isStored = value.startsWith(artifactPrefix);
  return useLoaded(value, async () => (isStored ? await readArtifact(value) : undefined)).value;
}

/** A small look beside the medium's name. */
export function MediumLook({ value, kind }: Pick<MediaTileProps, 'value' | 'kind'>) {
  const artifact = useStored(value);
  const url = artifact?.thumbnail?.url ?? artifact?.poster?.url ?? (kind === 'image' ? artifact?.url : undefined);
  if (url === undefined) return <Icon name="picture" />;
  return <img src={ownPath(url)} alt="" draggable={false} />;
}

export function MediaTile(props: MediaTileProps) {
  const { value, kind, number, count, rule, shape, onReplace, onRemove, onBack, onForth } = props;
  const { t, format } = useWords();
  const artifact = useStored(value);
  const isStored = value.startsWith(artifactPrefix);
  const url = artifact === undefined ? undefined : ownPath(artifact.thumbnail?.url ?? artifact.url);
  const name = t(`media.name.${kind}`, { number });
  const { width = null, height = null, duration_ms: duration = null } = artifact ?? {};
  const kept =
    kind === 'image' && shape !== undefined && width !== null && height !== null
      ? keptShares({ width, height }, shape.ratio)
      : undefined;
  const problem = duration === null || rule === undefined ? undefined : checkLength(duration, count, rule);
  return (
    <div className="tile">
      {url === undefined ? <span className="tile-name">{isStored ? name : value}</span> : null}
      {url !== undefined && kind === 'image' ? (
        <span className="tile-look">
          <span
            className="tile-frame"
            style={{ '--shape': width === null || height === null ? 1 : width / height } as CSSProperties}
          >
            <img src={url} alt={name} />
            {kept === undefined ? null : (
              <span
                className="tile-crop"
                style={{ width: `${kept.width * 100}%`, height: `${kept.height * 100}%` }}
                aria-hidden="true"
              />
            )}
          </span>
        </span>
      ) : null}
      {url !== undefined && kind === 'video' ? <video src={ownPath(artifact?.url ?? '')} muted playsInline /> : null}
      {/* biome-ignore lint/a11y/useMediaCaption: what somebody gave has no captions. */}
      {url !== undefined && kind === 'audio' ? <audio src={url} controls aria-label={name} /> : null}
      {kept === undefined || shape === undefined || artifact === undefined ? null : (
        <Crop artifact={artifact} shape={shape} share={kept.width * kept.height} onCropped={onReplace} />
      )}
      {problem === undefined || duration === null ? null : (
        <p className="tile-hint">
          {problem.kind === 'tooLong'
            ? t('media.tooLong', {
                length: format.duration(duration),
                most: format.duration(problem.limitMs),
                over: format.duration(duration - problem.limitMs),
              })
            : t('media.tooShort', { length: format.duration(duration), least: format.duration(problem.limitMs) })}
        </p>
      )}
      <span className="tile-bar">
        <span className="tile-facts">
          {width === null ? '' : `${width}×${height}`}
          {duration === null ? '' : ` ${format.duration(duration)}`}
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

type CropProps = {
  readonly artifact: Artifact;
  readonly shape: Shape;
  /** How much of the picture is kept. */
  readonly share: number;
  readonly onCropped: (artifact: string) => void;
};

function Crop({ artifact, shape, share, onCropped }: CropProps) {
  const { t, format } = useWords();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const crop = async () => {
    setBusy(true);
    try {
      const picture = await cropPicture(artifact.url, shape.ratio);
      const stem = artifact.file_name.replace(/\.\w+$/, '');
      const fileName = `${stem}-${shape.name.replace(':', 'x')}.png`;
      onCropped((await client.upload(picture, { fileName })).id);
    } catch (error) {
      setProblem(asError(error).message);
      setBusy(false);
    }
  };
  return (
    <span className="tile-hint">
      <button type="button" disabled={isBusy} onClick={() => void crop()}>
        <Icon name="crop" />
        {t('media.crop', { shape: shape.name })}
      </button>
      <span>{problem ?? t('media.kept', { share: format.percent(share) })}</span>
    </span>
  );
}
