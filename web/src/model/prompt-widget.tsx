/** A prompt that calls the pictures beside it by name: by a click, by dragging, or by typing an @. */
import type { WidgetProps } from '@rjsf/utils';
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { useWords } from '../i18n/index.tsx';
import type { FormFacts } from './form-facts.ts';
import { MediumLook } from './media-tile.tsx';
import { type Mention, openMention, putMention, splitByMentions } from './mentions.ts';
import { described } from './widgets-common.ts';

export function PromptWidget(props: WidgetProps) {
  const { id, value, required, onChange, schema, registry } = props;
  const { t, format } = useWords();
  const { mentions } = registry.formContext as FormFacts;
  const text = String(value ?? '');
  const area = useRef<HTMLTextAreaElement>(null);
  const mirror = useRef<HTMLDivElement>(null);
  const nextCaret = useRef<number>(undefined);
  const [start, setStart] = useState<number>();
  const [active, setActive] = useState(0);
  const typed = start === undefined ? '' : text.slice(start, area.current?.selectionStart ?? start).toLowerCase();
  const offered = start === undefined ? [] : mentions.filter(({ name }) => name.toLowerCase().startsWith(typed));
  const chosen = offered[Math.min(active, offered.length - 1)];

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caret goes where it belongs once the new text is there.
  useLayoutEffect(() => {
    if (nextCaret.current === undefined) return;
    area.current?.focus();
    area.current?.setSelectionRange(nextCaret.current, nextCaret.current);
    nextCaret.current = undefined;
  }, [text]);

  const write = (next: string) => onChange(next === '' ? undefined : next);
  const look = () => {
    const caret = area.current?.selectionStart ?? 0;
    setStart(openMention(area.current?.value ?? '', caret));
  };
  const put = ({ name }: Mention) => {
    const caret = area.current?.selectionStart ?? text.length;
    const put = putMention(text, start ?? caret, area.current?.selectionEnd ?? caret, name);
    nextCaret.current = put.caret;
    setStart(undefined);
    write(put.text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (chosen === undefined || event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) setActive((offered.indexOf(chosen) + step + offered.length) % offered.length);
    else if (event.key === 'Enter' || event.key === 'Tab') put(chosen);
    else if (event.key === 'Escape') setStart(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const count = [...text].length;
  return (
    <div className="prompt">
      <div className="prompt-box">
        <div className="prompt-mirror" aria-hidden="true" ref={mirror}>
          {splitByMentions(
            text,
            mentions.map(({ name }) => name),
          ).map((part, index) =>
            // biome-ignore lint/suspicious/noArrayIndexKey: a piece is nothing but its place.
            part.isMention ? <mark key={index}>{part.text}</mark> : part.text,
          )}
        </div>
        <textarea
          ref={area}
          id={id}
          rows={4}
          value={text}
          aria-required={required}
          aria-autocomplete={mentions.length === 0 ? undefined : 'list'}
          aria-controls={mentions.length === 0 ? undefined : `${id}-mentions`}
          aria-activedescendant={chosen === undefined ? undefined : `${id}-mention-${chosen.name}`}
          onChange={({ target }) => {
            setActive(0);
            setStart(openMention(target.value, target.selectionStart));
            write(target.value);
          }}
          onSelect={look}
          onBlur={({ relatedTarget }) => {
            // A click on a name has still to know which letters it stands for.
            if (relatedTarget?.closest('.mentions') == null) setStart(undefined);
          }}
          onKeyDown={onKeyDown}
          onScroll={({ currentTarget }) => mirror.current?.scrollTo({ top: currentTarget.scrollTop })}
          {...described(props)}
        />
      </div>
      {mentions.length === 0 ? null : (
        <div className="mentions" id={`${id}-mentions`} role="listbox" aria-label={t('mentions.title')}>
          {mentions.map((mention) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the text area has the keys, as in every list of suggestions.
            <div
              key={mention.name}
              id={`${id}-mention-${mention.name}`}
              className="mention"
              role="option"
              tabIndex={-1}
              aria-selected={mention === chosen}
              data-offered={start === undefined || offered.includes(mention)}
              title={t('mentions.insert', { name: mention.name })}
              draggable
              onDragStart={({ dataTransfer }) => dataTransfer.setData('text/plain', `${mention.name} `)}
              onClick={() => put(mention)}
            >
              {mention.medium === undefined ? null : <MediumLook {...mention.medium} />}
              <span>{mention.name}</span>
            </div>
          ))}
          <span className="faint">{start === undefined ? t('mentions.hint') : t('mentions.keys')}</span>
        </div>
      )}
      {schema.maxLength === undefined || count < schema.maxLength / 2 ? null : (
        <span className="count">{`${format.number(count)} / ${format.number(schema.maxLength)}`}</span>
      )}
    </div>
  );
}
