/** Turns what a config says of a teacher into a model to ask, with its template, its budget and its journal of calls. */

import { type Endpoint, endpointOf } from './core/endpoint.ts';
import type { Model } from './core/output.ts';
import type { Suite } from './core/suite.ts';
import { instructed, templateFor } from './generate/template.ts';
import { Budget } from './model/http/budget.ts';
import { type HttpModelOptions, httpModel } from './model/http/http.ts';
import { findModel } from './resolve.ts';
import type { CallsFile } from './run/calls.ts';
import type { ModelConfig, RecordedConfig } from './run/config.ts';

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

/** A model that is asked by the template of its endpoint. */
export function byTemplate(model: Model, endpoint: Endpoint): Model {
  return instructed(model, endpoint.template ?? templateFor(endpoint.model));
}

/** What endpoints may cost in a run, less what they have. */
export function budgetOf({ budget }: Pick<RecordedConfig, 'budget'>, { spent }: Pick<CallsFile, 'spent'>): Budget {
  const { usd, tokens } = budget;
  const ceilings = { ...(usd === undefined ? {} : { usd }), ...(tokens === undefined ? {} : { tokens }) };
  return new Budget(ceilings, { usd: spent.usd, tokens: spent.tokens.in + spent.tokens.out });
}
