/** Media of a model's input: dropped, pasted, chosen from the disk, or named by a link. */
import type { FieldProps } from '@rjsf/utils';
import { type DragEvent, useCallback, useEffect, useRef, useState } from 'react';
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { asError } from '../use-loaded.ts';
import type { FormFacts } from './form-facts.ts';
import { allErrors } from './issues.ts';
import { MediaTile } from './media-tile.tsx';
import { type FieldSchema, type MediaKind, mediaOf } from './schema.ts';
import { FieldErrors, FieldHead, useFieldName } from './templates.tsx';

type Sending = { readonly id: number; readonly name: string; readonly share: number; readonly problem?: string };

/** As the accept attribute of a file input wants it. */
function acceptOf(kind: MediaKind, formats: readonly string[] | undefined): string {
  return formats === undefined ? `${kind}/*` : formats.map((format) => `.${format}`).join(',');
}

export function MediaField({
  schema,
  formData,
  onChange,
  fieldPathId,
  errorSchema,
  required = false,
  name,
  registry,
}: FieldProps) {
  const { t } = useWords();
  const fieldName = useFieldName();
  const id = fieldPathId.$id;
  const { shape } = registry.formContext as FormFacts;
  const isList = schema.type === 'array';
  const medium = mediaOf(schema as FieldSchema);
  const kind = medium?.['x-media'] ?? 'image';
  const most = isList ? (schema.maxItems ?? Number.POSITIVE_INFINITY) : 1;
  const values = isList ? ((formData ?? []) as string[]) : formData === undefined ? [] : [formData as string];
  const { sending, send, dismiss } = useSending((value) => {
    // Several arrive one after the other: each is added to what is there by then.
    latest.current = isList ? [...latest.current, value].slice(0, most) : [value];
    write(latest.current);
  });
  const latest = useRef(values);
  latest.current = values;
  const write = (next: readonly string[]) => {
    const value = isList ? [...next] : next[0];
    onChange(next.length === 0 ? undefined : value, fieldPathId.path, undefined, id);
  };
  const hasRoom = values.length + sending.length < most;
  const take = (files: Iterable<File>) => {
    for (const file of [...files].slice(0, most - values.length)) send(file);
  };
  usePasted(kind, hasRoom, take);
  const move = (from: number, to: number) => {
    const next = [...values];
    const [moved] = next.splice(from, 1);
    if (moved !== undefined) next.splice(to, 0, moved);
    write(next);
  };
  return (
    <div className="field media" data-field={name}>
      <FieldHead id={id} label={fieldName(name, schema.title ?? name)} isRequired={required} />
      {values.length + sending.length === 0 ? null : (
        <ol className="tiles">
          {values.map((value, index) => (
            <li key={value}>
              <MediaTile
                value={value}
                kind={kind}
                number={index + 1}
                count={values.length}
                rule={medium?.['x-accepts']}
                shape={shape}
                onReplace={(next) => write(values.map((one, other) => (other === index ? next : one)))}
                onRemove={() => write(values.filter((_, other) => other !== index))}
                onBack={index === 0 ? undefined : () => move(index, index - 1)}
                onForth={index === values.length - 1 ? undefined : () => move(index, index + 1)}
              />
            </li>
          ))}
          {sending.map(({ id: one, name: file, share, problem }) => (
            <li key={`sending ${one}`} className="tile tile-sending">
              <span className="tile-name">{file}</span>
              {problem === undefined ? (
                <progress max={1} value={share} aria-label={t('media.sending', { name: file })} />
              ) : (
                <>
                  <span className="field-errors">{problem}</span>
                  <button type="button" className="plain" aria-label={t('media.remove')} onClick={() => dismiss(one)}>
                    <Icon name="close" />
                  </button>
                </>
              )}
            </li>
          ))}
        </ol>
      )}
      {hasRoom ? (
        <DropZone
          id={id}
          accept={acceptOf(kind, medium?.['x-accepts']?.formats)}
          kind={kind}
          isMany={most > 1}
          onFiles={take}
          onLink={(link) => write([...values, link])}
        />
      ) : null}
      <p className="field-help">{schema.description}</p>
      <FieldErrors id={id} errors={allErrors(errorSchema)} />
    </div>
  );
}

/** Files on their way to the server; `onSent` gets the id of each that has arrived. */
function useSending(onSent: (artifact: string) => void) {
  const [sending, setSending] = useState<readonly Sending[]>([]);
  const count = useRef(0);
  const newest = useRef(onSent);
  newest.current = onSent;
  const dismiss = useCallback((id: number) => setSending((before) => before.filter((one) => one.id !== id)), []);
  const send = useCallback(
    (file: File) => {
      count.current += 1;
      const id = count.current;
      const change = (next: Partial<Sending>) =>
        setSending((before) => before.map((one) => (one.id === id ? { ...one, ...next } : one)));
      setSending((before) => [...before, { id, name: file.name, share: 0 }]);
      client.upload(file, { fileName: file.name, onProgress: (sent, size) => change({ share: sent / size }) }).then(
        (artifact) => {
          dismiss(id);
          newest.current(artifact.id);
        },
        (error: unknown) => change({ problem: asError(error).message }),
      );
    },
    [dismiss],
  );
  return { sending, send, dismiss };
}

/** The clipboard of the whole page: whoever pastes a picture means the field that has room for one. */
function usePasted(kind: MediaKind, isOpen: boolean, onFiles: (files: readonly File[]) => void): void {
  const newest = useRef(onFiles);
  newest.current = onFiles;
  useEffect(() => {
    if (!isOpen) return;
    const onPaste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])].filter(({ type }) => type.startsWith(`${kind}/`));
      // The first field that takes them has them.
      if (files.length === 0 || event.defaultPrevented) return;
      event.preventDefault();
      newest.current(files);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [kind, isOpen]);
}

type DropZoneProps = {
  readonly id: string;
  readonly accept: string;
  readonly kind: MediaKind;
  readonly isMany: boolean;
  readonly onFiles: (files: Iterable<File>) => void;
  readonly onLink: (link: string) => void;
};

function DropZone({ id, accept, kind, isMany, onFiles, onLink }: DropZoneProps) {
  const { t } = useWords();
  const [isOver, setOver] = useState(false);
  const [link, setLink] = useState('');
  const onDrag = (event: DragEvent) => {
    event.preventDefault();
    setOver(event.type === 'dragover');
    if (event.type === 'drop') onFiles(event.dataTransfer.files);
  };
  const addLink = () => {
    const text = link.trim();
    if (text === '') return;
    onLink(text);
    setLink('');
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way beside the file input and the link inside.
    <div className={isOver ? 'drop drop-over' : 'drop'} onDragOver={onDrag} onDragLeave={onDrag} onDrop={onDrag}>
      <label className="drop-choose">
        <Icon name="picture" />
        <span>
          {t(`media.choose.${kind}`)} <span className="faint">{t('media.dropOrPaste')}</span>
        </span>
        <input
          id={id}
          type="file"
          accept={accept}
          multiple={isMany}
          onChange={({ target }) => {
            onFiles(target.files ?? []);
            target.value = '';
          }}
        />
      </label>
      <input
        type="url"
        className="drop-link"
        placeholder={t('media.link')}
        aria-label={t('media.link')}
        value={link}
        onChange={({ target }) => setLink(target.value)}
        onBlur={addLink}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          addLink();
        }}
      />
    </div>
  );
}
