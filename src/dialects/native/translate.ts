/** The same request in the words of every API that offers the model: nothing is stored and nothing is begun. */
import { Compile } from 'typebox/compile';
import { inputError } from '../../core/errors.ts';
import type { Gateway } from '../../core/gateway.ts';
import { checkInput } from '../../core/input.ts';
import { describeErrors, issueAt } from '../../core/issues.ts';
import { nativeDialect } from '../../core/model.ts';
import { inputSchema, viewNames } from '../../core/view.ts';
import { encodeInput } from '../../core/wire-input.ts';
import { type Dialect, jsonResponse, type Links } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { translateRequestSchema, translationListSchema, type WireTranslation } from './wire.ts';

const limitBytes = 1024 * 1024;
const requestValidator = Compile(translateRequestSchema);

type Writer = Pick<Dialect, 'name' | 'writeSubmit'>;

export function translateRoute(gateway: Gateway, links: Links, dialects: readonly Writer[]): DocumentedRoute {
  return {
    method: 'POST',
    path: '/v1/translations',
    access: 'tenant',
    scope: 'read',
    bodyLimitBytes: limitBytes,
    doc: {
      id: 'translate',
      summary: 'Write a request as every API would have it',
      description: 'One entry for each name of the model, our own first. The input is judged as that of a task.',
      body: translateRequestSchema,
      answers: { 200: translationListSchema },
    },
    async handle(call) {
      const { value, inline } = await call.json();
      if (!requestValidator.Check(value)) {
        throw inputError(describeErrors([...requestValidator.Errors(value)], value, []));
      }
      if (inline.size > 0) throw inputError([issueAt(['input'], 'inline', 'may not hold data URIs here')]);
      const { model } = gateway.catalog.view(nativeDialect, value.model);
      const { input, seed, media } = checkInput(gateway.catalog.view(nativeDialect, model.id), value.input, ['input']);
      const data = viewNames(model).flatMap(({ dialect, name }): WireTranslation[] => {
        const writer = dialects.find((one) => one.name === dialect);
        if (writer === undefined) return [];
        const view = gateway.catalog.view(dialect, name);
        // Our own words need no translation: what was left out stays out.
        const isOwn = dialect === nativeDialect;
        const { body, unsaid } = isOwn
          ? { body: value.input as WireTranslation['body'], unsaid: [] }
          : encodeInput(view, { input, seed, media });
        return [
          {
            dialect,
            name,
            description_url: links.to(isOwn ? '/openapi.json' : `/${dialect}/openapi.json`),
            ...writer.writeSubmit(view, body),
            unsaid: [...unsaid],
            input_schema: inputSchema(view),
          },
        ];
      });
      return jsonResponse({ data });
    },
  };
}
