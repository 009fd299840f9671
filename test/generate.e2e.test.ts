/** Generation with a teacher behind a socket: what the network does must not be seen in the records. */

import { type Candidate, generate, problemsOf } from 'proofstill';
import { expect, it } from 'vitest';
import { instructed } from '../src/generate/template.ts';
import { Budget } from '../src/model/http/budget.ts';
import { httpModel } from '../src/model/http/http.ts';
import { ALL_STAGES } from '../src/verify/settle.ts';
import { sumOf, sums } from './fixtures/rule-teacher.ts';
import { type ChatBody, seededTemper, startOpenaiServer, type Temper } from './openai-server/index.ts';

/** Right in half of the cases, with the summary that R1 writes before its answer. */
function answer({ messages, seed = 0 }: ChatBody): { reasoning: string; content: string } {
  const prompt = /^\d+\+\d+/.exec(messages[0]!.content)![0];
  const sum = sumOf(prompt) + (seed % 2);
  return { reasoning: `add ${seed}`, content: `**Sum**\nIt is ${sum}.\n\n<answer>${sum}</answer>` };
}

async function candidates(
  temper: Temper,
  budget?: Budget,
): Promise<{ records: Candidate[]; error: unknown; asked: number }> {
  const server = await startOpenaiServer({ answer, temper, models: ['deepseek-r1'] });
  const endpoint = { model: 'deepseek-r1', baseURL: server.baseURL };
  const records: Candidate[] = [];
  let error: unknown;
  try {
    for await (const made of generate({
      suite: sums,
      teacher: instructed(httpModel(endpoint, budget ? { budget } : {}), 'r1'),
      problems: problemsOf({ suite: sums, allocation: { large: 60 }, round: 1, seed: 1 }),
      candidates: 2,
      trials: 5,
      keep: 2,
      selection: 'shortest',
      rejection: ALL_STAGES,
      seed: 1,
      temperature: 0.6,
      topP: 0.95,
      maxTokens: 100,
    })) {
      records.push(...made.candidates);
    }
  } catch (caught) {
    error = caught;
  } finally {
    await server.close();
  }
  return { records, error, asked: server.stats.requests };
}

/** Without what depends on the network: the port, and how often it was asked. */
const withoutNetwork = (records: readonly Candidate[]): unknown[] =>
  records.map(({ served, teacher, ...rest }) => ({
    ...rest,
    served: { ...served, provider: '', requests: 0 },
    teacher: '',
  }));

it('a teacher whose server spoils a tenth of its answers gives the same candidates as one with a steady server', async () => {
  const steady = await candidates(() => ({}));
  const spoilt = await candidates(seededTemper({ seed: 3, rate: 0.1 }));
  expect([steady.error, spoilt.error]).toEqual([undefined, undefined]);
  expect(withoutNetwork(spoilt.records)).toEqual(withoutNetwork(steady.records));
  const keys = steady.records.map(({ id, attempt }) => `${id}#${attempt}`);
  expect(new Set(keys).size).toBe(keys.length);
  // One call for each candidate, where nothing is spoilt.
  expect(steady.asked).toBe(keys.length);
  expect(steady.records.find(({ fate }) => fate === 'kept')).toMatchObject({
    teacher: expect.stringMatching(/^openai:deepseek-r1@.*\+r1@1$/),
    output: { text: expect.stringMatching(/^<think>add \d+<\/think>\n<answer>\d+<\/answer>$/) },
    served: { model: 'deepseek-r1', requests: 1 },
  });
}, 120_000);

it('a ceiling of tokens ends generation, and what is done by then is whole', async () => {
  const { records, error, asked } = await candidates(() => ({}), new Budget({ tokens: 4000 }));
  expect(error).toMatchObject({ code: 'budget' });
  expect(records.length).toBeGreaterThan(0);
  expect(records.length).toBeLessThanOrEqual(asked);
  for (const { id } of records) {
    const passing = records.filter((one) => one.id === id && one.fate !== 'rejected').length;
    const tried = records.filter((one) => one.id === id).length;
    expect(passing >= 2 || tried === 5).toBe(true);
  }
}, 120_000);
