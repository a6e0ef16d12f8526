/** One call: what it is for and what it answers on one side, how it is written on the other. */

import { Table } from '../console/table.tsx';
import { useWords } from '../i18n/index.tsx';
import { CodeBlock } from './code-block.tsx';
import { type ApiCall, type Description, exampleOf, fieldsOf, type Subject } from './description.ts';
import { type LanguageName, languages, writeSample } from './languages.ts';

type CallSectionProps = {
  readonly description: Description;
  readonly call: ApiCall;
  readonly subject: Subject;
  readonly language: LanguageName;
};

export function CallSection({ description, call, subject, language }: CallSectionProps) {
  const { t } = useWords();
  const { step, answer } = call;
  const { method, url } = call.call;
  const title = t(`api.step.${step}`);
  const fields = fieldsOf(description, answer).map(({ path, type, description: text }) => ({
    key: path,
    cells: [
      <code key="name">{path}</code>,
      <span key="type" className="api-type">
        {type}
      </span>,
      <span key="text" lang="en">
        {text}
      </span>,
    ],
  }));
  return (
    <section className="api-section" aria-label={title}>
      <h2>{title}</h2>
      <div className="api-text">
        <p>
          <code className="api-place">
            <b>{method}</b> {url.slice(subject.base.length)}
          </code>
        </p>
        {call.summary === undefined ? null : <p lang="en">{call.summary}</p>}
        {call.description === undefined ? null : <p lang="en">{call.description}</p>}
        <p>{t(`api.about.${step}`)}</p>
        {answer === undefined ? null : (
          <details className="api-more">
            <summary>{t('api.answerFields', { count: fields.length })}</summary>
            <Table label={title} heads={[t('api.field'), t('api.type'), t('api.meaning')]} rows={fields} />
          </details>
        )}
      </div>
      <div className="api-code">
        <CodeBlock code={writeSample(language, call.call)} label={`${title}, ${languages[language].name}`} />
        {answer === undefined ? null : (
          <details className="api-more">
            <summary>{t('api.exampleAnswer')}</summary>
            <CodeBlock
              code={JSON.stringify(exampleOf(description, call, subject), undefined, 2)}
              label={`${title}, ${t('api.exampleAnswer')}`}
            />
          </details>
        )}
      </div>
    </section>
  );
}
