/** The words of the pages: plain tables of messages, one a language. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { createFormat, type Format } from '../format.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export type MessageKey = keyof typeof en;
export type Messages = Readonly<Record<MessageKey, string>>;
type Values = Readonly<Record<string, string | number>>;

const tables = { en, zh } as const satisfies Record<string, Messages>;
export type Language = keyof typeof tables;

export type Words = {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  /** The message, with each `{name}` filled in. */
  readonly t: (key: MessageKey, values?: Values) => string;
  /** The message of a key that is put together from data; the data itself where there is none. */
  readonly named: (prefix: string, name: string) => string;
  readonly format: Format;
};

const storageKey = 'framegate.language';
const WordsContext = createContext<Words | undefined>(undefined);

function firstLanguage(): Language {
  const kept = localStorage.getItem(storageKey);
  if (kept !== null && Object.hasOwn(tables, kept)) return kept as Language;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** A message outside every component, in the language of the page. */
export function currentMessage(key: MessageKey): string {
  const table: Messages = tables[firstLanguage()];
  return table[key];
}

export function WordsProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
  }, [language]);
  const words = useMemo((): Words => {
    const table: Messages = tables[language];
    const t = (key: MessageKey, values: Values = {}) =>
      table[key].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
    return {
      language,
      setLanguage(next) {
        localStorage.setItem(storageKey, next);
        setLanguage(next);
      },
      t,
      named: (prefix, name) => {
        const key = `${prefix}.${name}`;
        return Object.hasOwn(table, key) ? table[key as MessageKey] : name;
      },
      format: createFormat(language),
    };
  }, [language]);
  return <WordsContext value={words}>{children}</WordsContext>;
}

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (words === undefined) throw new Error('useWords is called outside WordsProvider');
  return words;
}
