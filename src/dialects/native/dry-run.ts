/** What a request would become: nothing is stored and nothing is begun. */
import { GatewayError } from '../../core/errors.ts';
import type { Estimate } from '../../core/estimate.ts';
import type { ModelView } from '../../core/view.ts';
import { jsonResponse } from '../dialect.ts';
import { encodeErrorBody, encodeEstimate } from './encode.ts';

const kinds = ['1', 'report'] as const;
export type DryRun = (typeof kinds)[number];

/** Undefined when the request is meant. */
export function readDryRun(query: URLSearchParams): DryRun | undefined {
  const text = query.get('dry_run');
  return kinds.find((kind) => kind === text);
}

/**
 * Answers a dry run. A report says in its body what is wrong with the request, for forms that ask while they are filled
 * in: an unfinished input is no failed request there.
 */
export async function answerDryRun(
  kind: DryRun,
  requestId: string,
  prepare: () => Promise<{ readonly view: ModelView; readonly estimate: Estimate }>,
): Promise<Response> {
  const encode = async () => {
    const { view, estimate } = await prepare();
    return encodeEstimate(view, estimate);
  };
  if (kind === '1') return jsonResponse(await encode());
  try {
    return jsonResponse({ estimate: await encode(), error: null });
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code === 'internal') throw error;
    return jsonResponse({ estimate: null, error: encodeErrorBody(error, requestId).error });
  }
}
