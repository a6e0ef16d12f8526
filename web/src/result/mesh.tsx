/** A 3D model, turned and looked at closely. What draws it is loaded with the first one that is shown. */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Artifact } from '../../../sdk/index.ts';
import { ownPath } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { FileCard } from './file-card.tsx';
import type { MeshStage } from './mesh-stage.ts';

type MeshProps = { readonly file: Artifact; readonly alt: string };
type State = 'loading' | 'shown' | 'failed' | 'noWebGl' | 'tooLarge';

/** More than a browser reads while somebody waits. */
const mostBytes = 200_000_000;
const turnRadians = Math.PI / 12;
const zoomFactor = 1.25;

async function open(canvas: HTMLCanvasElement, file: Artifact, signal: AbortSignal): Promise<MeshStage> {
  const [{ openMeshStage }, bytes] = await Promise.all([import('./mesh-stage.ts'), read(file, signal)]);
  signal.throwIfAborted();
  return await openMeshStage(canvas, { mediaType: file.media_type, bytes });
}

async function read({ url }: Artifact, signal: AbortSignal): Promise<ArrayBuffer> {
  const response = await fetch(ownPath(url), { signal });
  if (!response.ok) throw new Error(response.statusText);
  return await response.arrayBuffer();
}

/** Asked of another canvas: one has but one kind of context. */
function hasWebGl(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}

function firstState({ size_bytes: bytes }: Artifact): State {
  if (bytes > mostBytes) return 'tooLarge';
  return hasWebGl() ? 'loading' : 'noWebGl';
}

export function Mesh({ file, alt }: MeshProps) {
  const { t } = useWords();
  const [state, setState] = useState(() => firstState(file));
  const canvas = useRef<HTMLCanvasElement>(null);
  const stage = useRef<MeshStage>(undefined);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const stop = new AbortController();
    open(element, file, stop.signal).then(
      (opened) => {
        if (stop.signal.aborted) return opened.dispose();
        stage.current = opened;
        setState('shown');
      },
      () => {
        if (!stop.signal.aborted) setState('failed');
      },
    );
    return () => {
      stop.abort();
      stage.current?.dispose();
      stage.current = undefined;
    };
  }, [file]);
  if (state === 'failed') return <FileCard file={file} text={t('mesh.failed')} />;
  if (state === 'noWebGl') return <FileCard file={file} text={t('mesh.noWebGl')} />;
  if (state === 'tooLarge') return <FileCard file={file} text={t('mesh.tooLarge')} />;

  const keyActs: Readonly<Record<string, (opened: MeshStage) => void>> = {
    ArrowLeft: ({ turn }) => turn(-turnRadians, 0),
    ArrowRight: ({ turn }) => turn(turnRadians, 0),
    ArrowUp: ({ turn }) => turn(0, -turnRadians),
    ArrowDown: ({ turn }) => turn(0, turnRadians),
    '+': ({ zoom }) => zoom(zoomFactor),
    '=': ({ zoom }) => zoom(zoomFactor),
    '-': ({ zoom }) => zoom(1 / zoomFactor),
    '0': ({ reset }) => reset(),
  };
  const act = (key: string) => {
    if (stage.current !== undefined) keyActs[key]?.(stage.current);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (keyActs[event.key] === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act(event.key);
  };
  return (
    <div className="mesh" data-state={state}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its keys must be reached by the keyboard. */}
      <section tabIndex={0} aria-label={t('mesh.keys')} onKeyDown={onKeyDown}>
        <canvas ref={canvas} role="img" aria-label={alt} />
        {state === 'loading' ? <p role="status">{t('shell.loading')}</p> : null}
      </section>
      <div className="mesh-tools">
        <button type="button" aria-label={t('zoom.out')} title={t('zoom.out')} onClick={() => act('-')}>
          <Icon name="minus" />
        </button>
        <button type="button" aria-label={t('zoom.in')} title={t('zoom.in')} onClick={() => act('+')}>
          <Icon name="add" />
        </button>
        <button type="button" onClick={() => act('0')}>
          {t('mesh.reset')}
        </button>
        <span className="faint">{t('mesh.hint')}</span>
      </div>
    </div>
  );
}
