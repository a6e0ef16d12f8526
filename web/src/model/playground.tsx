/** Form, price and button; and the task that they started. */
import type { RJSFSchema } from '@rjsf/utils';
import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { FramegateError, Issue, Model, Task } from '../../../sdk/index.ts';
import { isFinal } from '../../../sdk/index.ts';
import { client } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { TaskView } from '../result/task-view.tsx';
import { useTask } from '../result/use-task.ts';
import { asError } from '../use-loaded.ts';
import { Form } from './form.tsx';
import { pathOf } from './issues.ts';
import { Price } from './price.tsx';
import { drawSeed, fieldsOf } from './schema.ts';
import { type Input, useEstimate } from './use-estimate.ts';

type PlaygroundProps = {
  readonly model: Model;
  readonly firstInput: Input;
  /** Hears of every change of the input. */
  readonly onInput: (input: Input) => void;
};

export function Playground({ model, firstInput, onInput }: PlaygroundProps) {
  const { t } = useWords();
  const schema = model.input_schema as RJSFSchema;
  const [params, setParams] = useSearchParams();
  const [input, setInput] = useState(firstInput);
  useEffect(() => onInput(input), [input, onInput]);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [isTried, setTried] = useState(false);
  const [isStarting, setStarting] = useState(false);
  const result = useRef<HTMLElement>(null);
  const [refusal, setRefusal] = useState<FramegateError>();
  const { estimate, issues, error, isPending } = useEstimate(model.id, input);
  const taskId = params.get('task') ?? undefined;
  const { task, error: taskError, glimpse } = useTask(taskId);
  const names = new Set(fieldsOf(schema).map(([name]) => name));
  const isOfField = (issue: Issue) => names.has(pathOf(issue)[0] ?? '');
  const shown = issues.filter((issue) => isTried || touched.has(pathOf(issue)[0] ?? ''));

  const start = async (wanted: Input) => {
    setTried(true);
    setRefusal(undefined);
    setStarting(true);
    try {
      const { id } = await client.create({ model: model.id, input: wanted });
      setTried(false);
      setParams({ task: id }, { replace: taskId === undefined });
      showFrom(result.current);
    } catch (caught) {
      // What is wrong with single fields stands beside them already.
      if (asError(caught).issues.length === 0) setRefusal(asError(caught));
      focusFirstError();
    } finally {
      setStarting(false);
    }
  };
  const vary = () => {
    const next = { ...input, seed: drawSeed((schema.properties?.seed ?? {}) as RJSFSchema) };
    setInput(next);
    void start(next);
  };
  const problem = refusal ?? error;
  return (
    <div className="playground">
      <section className="playground-form" aria-label={t('form.title')}>
        <Form
          schema={schema}
          input={input}
          issues={shown.filter(isOfField)}
          onChange={(next, field) => {
            setInput(next);
            if (field !== undefined) setTouched((before) => new Set(before).add(field));
          }}
          onSubmit={() => void start(input)}
        >
          {shown
            .filter((issue) => !isOfField(issue))
            .map(({ message }) => (
              <Notice kind="problem" key={message}>
                {message}
              </Notice>
            ))}
          {problem === undefined || (problem.code === 'engine_unavailable' && !model.available) ? null : (
            <ErrorNotice error={problem} />
          )}
          {estimate?.warnings.map((warning) => (
            <Notice kind="info" key={warning}>
              {warning}
            </Notice>
          ))}
          <div className="submit">
            <button type="submit" className="primary" disabled={isStarting || !model.available}>
              {isStarting ? t('form.starting') : t('form.run')}
            </button>
            <Price model={model} estimate={estimate} isPending={isPending} />
          </div>
        </Form>
      </section>
      <section className="playground-result" ref={result} aria-label={t('result.title')}>
        {taskError === undefined ? null : <ErrorNotice error={taskError} />}
        {task === undefined ? <p className="empty">{taskId === undefined ? t('result.empty') : null}</p> : null}
        {task === undefined ? null : (
          <TaskView
            task={task}
            glimpse={glimpse}
            actions={<Again task={task} input={input} onStart={start} onVary={vary} />}
          />
        )}
      </section>
    </div>
  );
}

type AgainProps = {
  readonly task: Task;
  readonly input: Input;
  readonly onStart: (input: Input) => void;
  readonly onVary: () => void;
};

function Again({ task, input, onStart, onVary }: AgainProps) {
  const { t } = useWords();
  if (!isFinal(task)) return null;
  return (
    <>
      <button type="button" onClick={onVary}>
        <Icon name="dice" />
        {t('result.vary')}
      </button>
      <button type="button" onClick={() => onStart({ ...input, seed: task.seed })}>
        <Icon name="again" />
        {t('result.again')}
      </button>
    </>
  );
}

/** On a narrow page the result stands below the form, out of sight. */
function showFrom(element: HTMLElement | null): void {
  if (element !== null && element.getBoundingClientRect().top > innerHeight / 2) {
    element.scrollIntoView({ behavior: 'smooth', block: 'start' });
  }
}

/** After the next judgement the errors are drawn; then the first field that has one is where to go on. */
function focusFirstError(): void {
  setTimeout(() => {
    const control = document.querySelector<HTMLElement>(
      '.form [aria-invalid=true], .field:has(.field-errors) :is(input, textarea, select)',
    );
    control?.focus();
  });
}
