/** How a program asks for what the form asks for: in each API that offers the model, in the reader's language. */
import { type ReactNode, useId, useState } from 'react';
import { Link } from 'wouter';
import type { Model, Translation } from '../../../sdk/index.ts';
import { Table } from '../console/table.tsx';
import { useWords } from '../i18n/index.tsx';
import type { Input } from '../model/use-estimate.ts';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { useLoaded } from '../use-loaded.ts';
import { CallSection } from './call-section.tsx';
import { CodeBlock } from './code-block.tsx';
import { callsOf, type Description, schemeOf, taskIdMark } from './description.ts';
import { type LanguageName, languageNames, languages, writeSample } from './languages.ts';
import { keyVariable, uploadTo } from './sample-call.ts';
import { readDescription, useTranslations } from './use-api.ts';
import '../styles/api.css';

const ownDialect = 'native';
const ownName = 'Framegate';
const languageKey = 'framegate.sample-language';
/** What a result of each kind is called in the samples. */
const fileNames: Readonly<Record<string, string>> = {
  image: 'image.png',
  video: 'video.mp4',
  audio: 'audio.mp3',
  text: 'text.txt',
  '3d': 'mesh.glb',
};

function firstLanguage(): LanguageName {
  const kept = localStorage.getItem(languageKey);
  return languageNames.find((name) => name === kept) ?? 'shell';
}

type ApiPageProps = {
  readonly model: Model;
  readonly input: Input;
  /** The task that the page shows, by its own id. */
  readonly taskId: string | undefined;
};

export function ApiPage({ model, input, taskId }: ApiPageProps) {
  const { t, named } = useWords();
  const [dialect, setDialect] = useState(ownDialect);
  const [language, setLanguage] = useState(firstLanguage);
  const translated = useTranslations(model, input);
  if (translated === undefined) return <p className="waiting">{t('shell.loading')}</p>;
  const { translations, problem } = translated;
  // A model may have several names in one API; the first is the one to use.
  const offered = translations.filter(
    (one, index) => translations.findIndex((other) => other.dialect === one.dialect) === index,
  );
  const chosen = offered.find((one) => one.dialect === dialect) ?? offered[0];
  const choose = (name: LanguageName) => {
    localStorage.setItem(languageKey, name);
    setLanguage(name);
  };
  return (
    <div className="api">
      {problem === undefined ? null : <ErrorNotice error={problem} />}
      {problem !== undefined && chosen !== undefined ? <Notice kind="info">{t('api.exampleShown')}</Notice> : null}
      {chosen === undefined ? null : (
        <>
          <div className="api-choices">
            <Choice
              label={t('api.dialect')}
              value={chosen.dialect}
              options={offered.map((one) => [
                one.dialect,
                one.dialect === ownDialect ? ownName : named('maker', one.dialect),
              ])}
              onChange={setDialect}
            />
            <label className="api-language">
              <span>{t('api.language')}</span>
              <select value={language} onChange={({ target }) => choose(target.value as LanguageName)}>
                {languageNames.map((name) => (
                  <option key={name} value={name}>
                    {languages[name].name}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <Api key={chosen.dialect} model={model} translation={chosen} taskId={taskId} language={language} />
        </>
      )}
    </div>
  );
}

type ChoiceProps = {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
};

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const name = useId();
  return (
    <fieldset className="api-dialects">
      <legend>{label}</legend>
      <div className="segments">
        {options.map(([one, text]) => (
          <label key={one}>
            <input type="radio" name={name} checked={one === value} onChange={() => onChange(one)} />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

type ApiProps = {
  readonly model: Model;
  readonly translation: Translation;
  readonly taskId: string | undefined;
  readonly language: LanguageName;
};

function Api({ model, translation, taskId, language }: ApiProps) {
  const { t } = useWords();
  const { value: description, error } = useLoaded(translation.description_url, () =>
    readDescription(translation.description_url),
  );
  if (error !== undefined) return <ErrorNotice error={error} />;
  if (description === undefined) return null;
  const subject = {
    base: location.origin,
    submit: translation,
    taskId: (translation.dialect === ownDialect ? taskId : undefined) ?? taskIdMark,
    fileUrl: `${location.origin}/files/FILE_TOKEN/${fileNames[model.output] ?? 'file'}`,
  };
  const calls = callsOf(description, subject);
  return (
    <>
      <Start description={description} translation={translation} />
      {translation.unsaid.length === 0 ? null : (
        <Notice kind="info">{t('api.unsaid', { fields: translation.unsaid.join(', ') })}</Notice>
      )}
      {calls.map((call) => (
        <CallSection key={call.step} description={description} call={call} subject={subject} language={language} />
      ))}
      <Inputs translation={translation} language={language} />
      <Errors description={description} />
    </>
  );
}

type StartProps = { readonly description: Description; readonly translation: Translation };

function Start({ description, translation }: StartProps) {
  const { t } = useWords();
  const header = `Authorization: ${schemeOf(description)} $${keyVariable}`;
  return (
    <Section title={t('api.start')}>
      <div className="api-text">
        <p>{t('api.startText')}</p>
        <dl className="api-facts">
          <dt>{t('api.base')}</dt>
          <dd>
            <code>{location.origin}</code>
          </dd>
          <dt>{t('api.modelName')}</dt>
          <dd>
            <code>{translation.name}</code>
          </dd>
          <dt>{t('api.authentication')}</dt>
          <dd>
            <code>{header}</code>
          </dd>
        </dl>
        <p className="faint">
          {t('api.keyText')}{' '}
          <Link href={`/reference?api=${translation.dialect}`}>
            {t('api.whole', { title: description.info.title })}
          </Link>
        </p>
      </div>
      <CodeBlock code={`export ${keyVariable}=…`} label={t('api.authentication')} />
    </Section>
  );
}

type InputsProps = { readonly translation: Translation; readonly language: LanguageName };

function Inputs({ translation, language }: InputsProps) {
  const { t } = useWords();
  const schema = translation.input_schema as {
    readonly required?: readonly string[];
    readonly properties?: Readonly<Record<string, InputField>>;
  };
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    key: name,
    cells: [
      <code key="name">
        {name}
        {schema.required?.includes(name) ? <span className="required">*</span> : null}
      </code>,
      <span key="type">{typeOf(field)}</span>,
      <span key="text" lang="en">
        {field.description}
      </span>,
    ],
  }));
  return (
    <>
      <Section title={t('api.files')}>
        <p className="api-text">{t('api.filesText')}</p>
        <CodeBlock
          code={writeSample(language, uploadTo(location.origin))}
          label={`${t('api.files')}, ${languages[language].name}`}
        />
      </Section>
      <Section title={t('api.schema')}>
        <div className="api-text">
          <Table label={t('api.schema')} heads={[t('api.field'), t('api.type'), t('api.meaning')]} rows={rows} />
        </div>
        <details className="api-more">
          <summary>{t('api.jsonSchema')}</summary>
          <CodeBlock code={JSON.stringify(schema, undefined, 2)} label={t('api.jsonSchema')} />
        </details>
      </Section>
    </>
  );
}

type InputField = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
};

/** Such as `integer, 1 to 10, = 5`. */
function typeOf({ type = '', enum: choices, default: fallback, minimum, maximum }: InputField): string {
  const range = minimum === undefined || maximum === undefined ? [] : [`${minimum}–${maximum}`];
  const kind = choices === undefined ? [type, ...range] : [choices.join(' | ')];
  return [...kind, ...(fallback === undefined || fallback === '' ? [] : [`= ${String(fallback)}`])].join(', ');
}

function Errors({ description }: { readonly description: Description }) {
  const { t } = useWords();
  const rows = description['x-framegate-errors'].map(({ code, status, says, title }) => ({
    key: code,
    cells: [
      status,
      <code key="says">{says}</code>,
      <span key="title" lang="en">
        {title}
      </span>,
    ],
  }));
  return (
    <Section title={t('api.errors')}>
      <div className="api-text api-whole">
        <Table label={t('api.errors')} heads={[t('api.status'), t('api.code'), t('api.meaning')]} rows={rows} />
      </div>
    </Section>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="api-section" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
