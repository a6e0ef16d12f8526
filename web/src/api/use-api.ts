/** What the samples of a model are made from: its input in the words of every API, and the descriptions of those. */
import type { RJSFSchema } from '@rjsf/utils';
import { useEffect, useState } from 'react';
import type { FramegateError, Model, Translation } from '../../../sdk/index.ts';
import { client } from '../api.ts';
import type { Input } from '../model/use-estimate.ts';
import { asError } from '../use-loaded.ts';
import type { Description } from './description.ts';
import { completeInput } from './example-input.ts';

export type Translated = {
  readonly translations: readonly Translation[];
  /** Why the samples show an example in place of the form's input. */
  readonly problem: FramegateError | undefined;
};

/** The form may change at every letter. */
const pauseMs = 250;

/** Undefined until the server has answered. */
export function useTranslations(model: Model, input: Input): Translated | undefined {
  const [state, setState] = useState<Translated>();
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      translate(model, input, stop.signal).then(setState, () => {});
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [model, input]);
  return state;
}

async function translate(model: Model, input: Input, signal: AbortSignal): Promise<Translated> {
  const schema = model.input_schema as RJSFSchema;
  const ask = async (wanted: Input) =>
    (await client.call('translate', { body: { model: model.id, input: completeInput(schema, wanted) } }, { signal }))
      .data;
  try {
    return { translations: await ask(input), problem: undefined };
  } catch (error) {
    signal.throwIfAborted();
    const translations = await ask({}).catch(() => []);
    return { translations, problem: asError(error) };
  }
}

const descriptions = new Map<string, Promise<Description>>();

/** Asked for once: it does not change while the server runs. */
export function readDescription(url: string): Promise<Description> {
  const { pathname } = new URL(url, location.href);
  const known = descriptions.get(pathname) ?? fetch(pathname).then((answer) => answer.json() as Promise<Description>);
  descriptions.set(pathname, known);
  known.catch(() => descriptions.delete(pathname));
  return known;
}
