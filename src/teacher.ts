/** Turns what a config says of a teacher into a model to ask, with its template, its budget and its journal of calls. */

import { type Endpoint, endpointOf } from './core/endpoint.ts';
import type { Model } from './core/output.ts';
import type { Suite } from './core/suite.ts';
import { instructed, templateFor } from './generate/template.ts';
import { Budget } from './model/http/budget.ts';
import { checkEndpoint } from './model/http/check.ts';
import { type HttpModelOptions, httpModel } from './model/http/http.ts';
import { findModel } from './resolve.ts';
import type { CallsFile } from './run/calls.ts';
import type { ModelConfig, RecordedConfig } from './run/config.ts';
import { readDecisions } from './run/reviews.ts';
import type { Reviewed } from './verify/settle.ts';

export interface Teacher extends AsyncDisposable {
  /** Asked by its template. */
  readonly model: Model;
  /** The same model without one: asked word by word. */
  readonly plain: Model;
}

/** @throws config error, for whatever can be known to be wrong before anything is asked */
export async function openTeacher(
  config: ModelConfig,
  suite: Suite,
  options: Pick<HttpModelOptions, 'calls' | 'budget' | 'onEvent'> = {},
): Promise<Teacher> {
  const endpoint = endpointOf(config);
  const plain = endpoint ? httpModel(endpoint, options) : await findModel(config as string, suite);
  return {
    plain,
    model: endpoint ? byTemplate(plain, endpoint) : plain,
    [Symbol.asyncDispose]: () => plain.close(),
  };
}

/**
 * Opens a teacher and closes it again, and asks an endpoint whether it is there, which costs nothing.
 * @returns what could not be checked, in words
 * @throws config or model error: whatever can be known to be wrong before a run begins and anything is paid
 */
export async function checkTeacher(config: ModelConfig, suite: Suite): Promise<string | undefined> {
  const endpoint = endpointOf(config);
  if (endpoint) return (await checkEndpoint(endpoint)).note;
  await using _ = await openTeacher(config, suite);
  return undefined;
}

/** A model that is asked by the template of its endpoint. */
export function byTemplate(model: Model, endpoint: Endpoint): Model {
  return instructed(model, endpoint.template ?? templateFor(endpoint.model));
}

/** What people decided about a run's candidates, as it stands when this is called. */
export function reviewsOf(run: string): Reviewed {
  const decisions = readDecisions(run);
  return (id, attempt, hash) => {
    const review = decisions.on({ id, attempt, hash });
    if (review?.decision === 'edit') return { text: review.text as string };
    return review?.decision === 'undo' ? undefined : review?.decision;
  };
}

/** What endpoints may cost in a run, less what they have. */
export function budgetOf({ budget }: Pick<RecordedConfig, 'budget'>, { spent }: Pick<CallsFile, 'spent'>): Budget {
  const { usd, tokens } = budget;
  const ceilings = { ...(usd === undefined ? {} : { usd }), ...(tokens === undefined ? {} : { tokens }) };
  return new Budget(ceilings, { usd: spent.usd, tokens: spent.tokens.in + spent.tokens.out });
}
