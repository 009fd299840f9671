/** What `generate` would ask and what that may cost, found out without asking. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { endpointOf, modelName, teacherDecoding } from '../core/endpoint.ts';
import type { Suite } from '../core/suite.ts';
import { generate } from '../generate/generate.ts';
import type { NamedProblem } from '../generate/problems.ts';
import { type Call, promptTokensAtMost } from '../model/http/call.ts';
import { type UnaskedModel, unaskedModel } from '../model/http/unasked.ts';
import { PRICES_OF, pricesOf, usdOf } from '../model/prices.ts';
import { count } from '../report/format.ts';
import { table } from '../report/terminal.ts';
import { openCalls } from '../run/calls.ts';
import type { RecordedConfig } from '../run/config.ts';
import { lockRun } from '../run/folder.ts';
import { byTemplate } from '../teacher.ts';

/** Whose traces, of which problems. */
export interface GenerateWork {
  readonly config: RecordedConfig;
  readonly suite: Suite;
  readonly problems: readonly NamedProblem[];
}

export interface Plan {
  readonly suite: string;
  readonly teacher: string;
  readonly problems: Readonly<Record<string, number>>;
  readonly decoding: { readonly temperature: number; readonly topP: number; readonly maxTokens: number };
  /** Answers of the teacher: of the first wave, and at most. */
  readonly outputs: { readonly first: number; readonly most: number };
  /** Calls of the next wave that are not answered yet; `null` for a teacher that is no endpoint. */
  readonly calls: number | null;
  /** Of those calls: tokens in, which are fewer, and out, at most. */
  readonly tokens: { readonly in: number; readonly out: number } | null;
  /** US dollars: at most for those calls, and for all that may follow them; `null` where no price is known. */
  readonly usd: { readonly calls: number; readonly most: number } | null;
  /** The table's day, or `config` where the config gives prices. */
  readonly pricesOf: string | null;
}

export async function planOf(work: GenerateWork, folder: string | undefined): Promise<Plan> {
  const { config, suite, problems } = work;
  const { teacher, candidates, trials } = config;
  const endpoint = endpointOf(teacher);
  const decoding = teacherDecoding(teacher, config.maxTokens);
  const most = problems.length * Math.max(candidates, trials);
  const calls = endpoint ? await nextCalls(work, folder) : [];
  const tokens = {
    in: calls.reduce((sum, { body }) => sum + promptTokensAtMost(body), 0),
    out: calls.length * decoding.maxTokens,
  };
  const prices = endpoint && pricesOf(endpoint);
  const usd = prices ? usdOf(prices, tokens) : 0;
  const perCall = calls.length === 0 ? 0 : usd / calls.length;
  const further = problems.length * Math.max(0, trials - candidates);
  return {
    suite: suite.name,
    teacher: modelName(teacher),
    problems: countsOf(suite, work),
    decoding,
    outputs: { first: problems.length * candidates, most },
    calls: endpoint ? calls.length : null,
    tokens: endpoint ? tokens : null,
    usd: prices ? { calls: usd, most: usd + further * perCall } : null,
    pricesOf: prices ? (endpoint.prices ? 'config' : PRICES_OF) : null,
  };
}

/** The calls that would be made next, given what is answered already. @throws record error where a process works on the folder */
async function nextCalls(work: GenerateWork, folder: string | undefined): Promise<readonly Call[]> {
  const endpoint = endpointOf(work.config.teacher)!;
  if (folder === undefined || !existsSync(join(folder, 'calls.jsonl'))) return askedBy(unaskedModel(endpoint), work);
  // Opening cuts a torn last line off, which whoever works there may just be writing.
  const release = lockRun(folder);
  try {
    const calls = openCalls(join(folder, 'calls.jsonl'));
    try {
      return await askedBy(unaskedModel(endpoint, calls), work);
    } finally {
      calls.close();
    }
  } finally {
    release();
  }
}

/** Generates for nobody: what an endpoint that is not asked collects is what it would be asked. */
export async function askedBy(
  model: UnaskedModel,
  { config, suite, problems }: GenerateWork,
): Promise<readonly Call[]> {
  const endpoint = endpointOf(config.teacher)!;
  const { candidates, trials, keep, rejection, selection, seed } = config;
  const decoding = teacherDecoding(config.teacher, config.maxTokens);
  const teacher = byTemplate(model, endpoint);
  for await (const _ of generate({
    ...decoding,
    suite,
    teacher,
    problems,
    candidates,
    trials,
    keep,
    rejection,
    selection,
    seed,
  })) {
    // Only what is asked on the way counts.
  }
  return model.unasked;
}

export function planText(plan: Plan, endpoint: string | undefined): string {
  const { suite, teacher, problems, decoding, outputs, calls, tokens, usd } = plan;
  const { temperature, topP, maxTokens } = decoding;
  const total = Object.values(problems).reduce((sum, n) => sum + n, 0);
  const rows = Object.entries(problems).map(([area, n]) => [area, count(n), count((n * outputs.first) / total)]);
  return [
    `${suite}, by ${teacher}: temperature ${temperature}, top-p ${topP}, at most ${count(maxTokens)} tokens an answer`,
    '',
    table(['area', 'problems', 'outputs'], [...rows, ['all', count(total), count(outputs.first)]]),
    '',
    `Outputs: ${count(outputs.first)}, and up to ${count(outputs.most)} where too few pass.`,
    ...(calls === null || tokens === null
      ? ['The teacher is no endpoint: nothing is paid for.']
      : [
          `Calls not answered yet: ${count(calls)}, of less than ${count(tokens.in)} tokens in and at most ${count(tokens.out)} out.`,
          usd === null
            ? 'Price: none is known for this model. Give prices: { input, output } in the config, in US dollars for a million tokens.'
            : `Price: at most $${usd.calls.toFixed(2)}, and $${usd.most.toFixed(2)} with every further wave (prices of ${plan.pricesOf}).`,
        ]),
    ...(endpoint === undefined ? [] : [endpoint]),
    'Nothing was asked.',
  ].join('\n');
}

function countsOf({ areas }: Suite, { problems }: GenerateWork): Record<string, number> {
  const counted = areas.map((area) => [area, problems.filter(({ problem }) => problem.area === area).length] as const);
  return Object.fromEntries(counted.filter(([, n]) => n > 0));
}
