/** The part of lm-evaluation-harness's logs that is read, and the texts in it. */

import { z } from 'zod';

/** A line of `samples_<task>_<date>.jsonl`. Each metric's value stands under its own name. */
export const lmEvalLineSchema = z.looseObject({
  doc_id: z.union([z.int(), z.string()]),
  doc: z.record(z.string(), z.unknown()).optional(),
  target: z.unknown(),
  // `{gen_args_0: {arg_0, arg_1}}`, or in older logs `[[arg_0, arg_1]]`.
  arguments: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  resps: z.array(z.unknown()),
  filtered_resps: z.union([z.array(z.unknown()), z.string()]).optional(),
  filter: z.string().default('none'),
  metrics: z.array(z.string()).optional(),
});
export type LmEvalLine = z.infer<typeof lmEvalLineSchema>;

const config = z.looseObject({
  metadata: z.looseObject({ version: z.union([z.string(), z.number()]).nullish() }).nullish(),
  generation_kwargs: z.looseObject({}).nullish(),
});

/** `results_<date>.json` beside it. */
export const lmEvalResultsSchema = z.looseObject({
  model_name: z.string().nullish(),
  lm_eval_version: z.string().nullish(),
  transformers_version: z.string().nullish(),
  versions: z.record(z.string(), z.unknown()).nullish(),
  configs: z.record(z.string(), config).nullish(),
  config: z.looseObject({ random_seed: z.unknown().optional() }).nullish(),
  'n-samples': z.record(z.string(), z.looseObject({ original: z.int().nonnegative().optional() })).nullish(),
});
export type LmEvalResults = z.infer<typeof lmEvalResultsSchema>;

/** What was asked, and the choices whose likelihoods were compared, of which a generated answer has none. */
export function requestOf(line: LmEvalLine): { prompt: string; choices: string[] } {
  const requests = Object.values(line.arguments).map((request) => Object.values(request ?? {}) as unknown[]);
  const choices = requests.flatMap(([, continuation]) => (typeof continuation === 'string' ? [continuation] : []));
  return { prompt: textual(requests[0]?.[0]), choices: choices.length === requests.length ? choices : [] };
}

export function targetOf({ target }: LmEvalLine): string | undefined {
  return target === undefined || target === null ? undefined : textual(target);
}

/** Texts that were generated, or for choices one text with the log-likelihood of each. */
export function responsesOf({ resps }: LmEvalLine, choices: readonly string[]): string[] {
  if (choices.length === 0)
    return resps.flatMap((response) => (Array.isArray(response) ? response : [response])).map(textual);
  const likelihoods = resps.flat(2);
  // Each response is a log-likelihood and whether greedy decoding would have said it.
  return [choices.map((choice, index) => `${choice.trim()}: ${textual(likelihoods[2 * index])}`).join('\n')];
}

/** The answer after filtering, where it is one text. */
export function filteredOf({ filtered_resps: filtered }: LmEvalLine): string | undefined {
  const first = Array.isArray(filtered) && filtered.length === 1 ? filtered[0] : filtered;
  return typeof first === 'string' ? first : undefined;
}

/** The names of a line's metrics; older logs do not list them. */
export function metricsOf(line: LmEvalLine): string[] {
  return line.metrics ?? Object.keys(line).filter((key) => !OTHER_KEYS.has(key));
}

const OTHER_KEYS = new Set([...Object.keys(lmEvalLineSchema.shape), 'doc_hash', 'prompt_hash', 'target_hash']);

function textual(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
