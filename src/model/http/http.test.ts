import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type ChatBody,
  FORMS,
  HastyClock,
  type OpenaiServer,
  type OpenaiServerOptions,
  startOpenaiServer,
} from '../../../test/openai-server/index.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import type { GenerateOptions, Model, Output } from '../../core/output.ts';
import { modelConformance } from '../conformance.ts';
import type { CallEvent } from './ask.ts';
import { Budget } from './budget.ts';
import { callKey } from './call.ts';
import { type HttpModelOptions, httpModel } from './http.ts';

const options: GenerateOptions = { maxTokens: 100, temperature: 0.6, topP: 0.95, seed: 7 };
const requests = Array.from({ length: 12 }, (_, index) => ({ id: `r-${index}`, prompt: `${index}+${index * 3}` }));

async function served(
  server: OpenaiServerOptions = {},
  model: HttpModelOptions = {},
  endpoint: Partial<Endpoint> = {},
) {
  const running = await startOpenaiServer(server);
  onTestFinished(() => running.close());
  return { server: running, model: modelOf(running, model, endpoint) };
}

function modelOf(server: OpenaiServer, model: HttpModelOptions = {}, endpoint: Partial<Endpoint> = {}): Model {
  return httpModel(
    { model: 'teacher', baseURL: server.baseURL, ...endpoint },
    { clock: new HastyClock(), env: {}, ...model },
  );
}

async function outputs(model: Model, extra: Partial<GenerateOptions> = {}, asked = requests): Promise<Output[]> {
  const all: Output[] = [];
  for await (const output of model.generate(asked, { ...options, ...extra })) all.push(output);
  return all;
}

/** Calls that live as long as the test. */
function memory(): Required<Pick<HttpModelOptions, 'calls'>> & { kept: Map<string, Output> } {
  const kept = new Map<string, Output>();
  return { kept, calls: { get: (key) => kept.get(key), record: (key, output) => kept.set(key, output) } };
}

const sumOf = ({ messages }: ChatBody) => ({
  content: `<answer>${messages
    .at(-1)!
    .content.split('+')
    .reduce((sum, n) => sum + Number(n), 0)}</answer>`,
});

describe('a model behind an endpoint', () => {
  it('keeps the contract of models', async () => {
    const { model } = await served();
    expect(await modelConformance(model, requests.slice(0, 4), options)).toEqual([]);
  });

  it('answers in order, though later calls end before earlier ones', async () => {
    let left = requests.length;
    const { model } = await served({ answer: sumOf, temper: () => ({ latencyMs: 2 * left-- }) });
    const answers = (await outputs(model)).map(({ answer }) => answer);
    expect(answers).toEqual(requests.map((_, index) => String(4 * index)));
  });

  it('sends template, sampling and a seed of its own for each attempt', async () => {
    const seeds = new Set<number | undefined>();
    const temper = ({ body }: { body: ChatBody }) => {
      seeds.add(body.seed);
      return {};
    };
    const { model, server } = await served({ temper });
    await outputs(model, { attempts: 2 }, [{ id: 'a', prompt: '1+1', system: 'Add.' } as (typeof requests)[0]]);
    expect(seeds.size).toBe(2);
    expect(server.stats.lastBody).toMatchObject({
      model: 'teacher',
      max_tokens: 100,
      temperature: 0.6,
      top_p: 0.95,
      messages: [
        { role: 'system', content: 'Add.' },
        { role: 'user', content: '1+1' },
      ],
    });
  });

  it('sends nothing that the environment holds for OpenAI, to whom it does not speak', async () => {
    const { model, server } = await served();
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('OPENAI_API_KEY', 'sk-1');
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1');
    vi.stubEnv('OPENAI_ORG_ID', 'org-1');
    vi.stubEnv('OPENAI_PROJECT_ID', 'project-1');
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-secret: 1\nauthorization: Bearer sk-2');
    await outputs(modelOf(server), {}, requests.slice(0, 1));
    await outputs(model, {}, requests.slice(0, 1));
    const { lastHeaders, authorizations } = server.stats;
    const sent = ['accept', 'authorization', 'connection', 'content-length', 'content-type', 'host', 'user-agent'];
    expect(Object.keys(lastHeaders ?? {}).sort()).toEqual(sent);
    expect(authorizations).toEqual(['Bearer none']);
  });

  it.each(FORMS)('reads one text from every server: %s', async (form) => {
    const answer = () => ({ reasoning: 'one, two, three and then four', content: '<answer>4</answer>' });
    const { model } = await served({ answer, temper: () => ({ form }) });
    const [output] = await outputs(model, {}, requests.slice(0, 1));
    expect(output).toMatchObject({
      text: '<think>one, two, three and then four</think><answer>4</answer>',
      think: 'one, two, three and then four',
      answer: '4',
      finishReason: 'stop',
    });
  });

  it('takes tokens from the usage, with those of cache and reasoning, and counts them where there is none', async () => {
    // The server's tokens are words; prompt `1 + 1` has three, half of them cached.
    const answer = () => ({ reasoning: 'I add.', content: '<answer>2</answer>' });
    let form: 'reasoning' | 'no-usage' = 'reasoning';
    const { model } = await served({ answer, temper: () => ({ form }) });
    const asked = [{ id: 'a', prompt: '1 + 1' }];
    const [counted] = await outputs(model, {}, asked);
    expect(counted).toMatchObject({ tokens: { in: 3, out: 3 }, served: { reasoningTokens: 2, cachedTokens: 1 } });
    form = 'no-usage';
    const [uncounted] = await outputs(model, {}, asked);
    // Pieces: I add . < answer > 2 < / answer > are eleven.
    expect(uncounted?.tokens).toEqual({ in: 3, out: 11 });
  });

  it('says who served an answer, at what price and after how many requests', async () => {
    const prices = { input: 10, output: 100 };
    const temper = ({ n }: { n: number }) => (n === 0 ? { fault: '500' as const } : {});
    const answer = () => ({ content: 'one two' });
    const { model, server } = await served({ temper, answer }, {}, { prices });
    const [output] = await outputs(model, {}, [{ id: 'a', prompt: '1 + 1' }]);
    // 3 tokens in at 10 dollars, 2 out at 100, for a million.
    expect(output?.served).toMatchObject({
      provider: new URL(server.baseURL).host,
      model: 'teacher',
      usd: (30 + 200) / 1e6,
      requests: 2,
    });
  });

  it('says that an answer was cut off, or withheld', async () => {
    const { model } = await served({ answer: () => ({ content: 'one two three four' }) });
    const [cut] = await outputs(model, { maxTokens: 2 }, requests.slice(0, 1));
    expect(cut).toMatchObject({ text: 'one two', finishReason: 'length' });
    const filter = await served({ answer: () => ({ content: '', finishReason: 'content_filter' }) });
    const [withheld] = await outputs(filter.model, {}, requests.slice(0, 1));
    expect(withheld).toMatchObject({ text: '', finishReason: 'filtered' });
  });

  it('gives logprobs where they are asked for and offered', async () => {
    const { model } = await served({ answer: () => ({ content: 'one two' }) }, { logprobs: true });
    const [output] = await outputs(model, {}, requests.slice(0, 1));
    expect(output?.logprobs).toEqual([
      { token: 'one', logprob: -0.5 },
      { token: ' two', logprob: -0.5 },
    ]);
  });

  it('is named by what decides its answers', () => {
    const at = (extra: Partial<Endpoint>) =>
      httpModel({ model: 'r1', baseURL: 'http://localhost:8000/v1', ...extra }).fingerprint;
    expect(at({})).toMatch(/^openai:r1@localhost:8000#[0-9a-f]{8}$/);
    expect(
      at({ limits: { concurrency: 3 }, prices: { input: 1, output: 1 }, baseURL: 'http://localhost:8000/v1/' }),
    ).toBe(at({}));
    expect(at({ template: 'bare' })).not.toBe(at({}));
  });
});

describe('calls', () => {
  it('are kept the moment they end, and are never asked for again', async () => {
    const { calls, kept } = memory();
    const { model, server } = await served({}, { calls });
    const first = await outputs(model, { attempts: 2 });
    expect(kept.size).toBe(24);
    const events: CallEvent[] = [];
    const again = modelOf(server, { calls, onEvent: (event) => events.push(event) });
    expect(await outputs(again, { attempts: 2 })).toEqual(first);
    expect(server.stats.requests).toBe(24);
    expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['recalled']));
  });

  it('of attempts that go on are other calls', async () => {
    const { calls, kept } = memory();
    const { model, server } = await served({}, { calls });
    await outputs(model, { attempts: 1 });
    await outputs(model, { attempts: 2, firstAttempt: 1 });
    await outputs(model, { attempts: 3 });
    expect([kept.size, server.stats.requests]).toEqual([36, 36]);
    const endpoint = { model: 'teacher', baseURL: server.baseURL };
    expect(kept.has(callKey(endpoint, requests[11]!, 2, options))).toBe(true);
  });

  it('run side by side, but never more than the endpoint allows, whoever asks', async () => {
    // None is answered before three have come.
    let arrived: () => void = () => undefined;
    const three = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const temper = async ({ n }: { n: number }) => {
      if (n === 2) arrived();
      await three;
      return {};
    };
    const { model, server } = await served({ temper }, {}, { limits: { concurrency: 3 } });
    await Promise.all([outputs(model), outputs(model, { seed: 8 })]);
    expect(server.stats.peak).toBe(3);
  });

  it('run ahead of a slow reader, but not without end', async () => {
    const { calls, kept } = memory();
    const { model } = await served({}, { calls }, { limits: { concurrency: 1 } });
    const many = Array.from({ length: 100 }, (_, index) => ({ id: `m-${index}`, prompt: '1+1' }));
    const answers = model.generate(many, options)[Symbol.asyncIterator]();
    await answers.next();
    while (kept.size < 16) await new Promise(setImmediate);
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    expect(kept.size).toBe(16);
    await answers.return?.();
  });

  it('under way end with whoever asked, and are not kept', async () => {
    const controller = new AbortController();
    const { calls, kept } = memory();
    const temper = () => {
      controller.abort();
      return { fault: 'stall' as const };
    };
    const { model } = await served({ temper }, { calls });
    await expect(outputs(model, { signal: controller.signal })).rejects.toMatchObject({ code: 'interrupted' });
    expect(kept.size).toBe(0);
  });
});

describe('a budget', () => {
  it('stops the calls cleanly: what it allows is answered and kept, and it is never exceeded', async () => {
    const { calls, kept } = memory();
    // Worst case: 5 tokens of prompt and 16 beside, 10 of answer, at 1 dollar each in a million: $31. An answer takes 1 + 2.
    const prices = { input: 1e6, output: 1e6 };
    const budget = new Budget({ usd: 50 });
    const asked = Array.from({ length: 12 }, (_, index) => ({ id: `b-${index}`, prompt: '10+10' }));
    const { model, server } = await served({ answer: () => ({ content: 'it is' }) }, { calls, budget }, { prices });
    await expect(outputs(model, { maxTokens: 10 }, asked)).rejects.toMatchObject({
      code: 'budget',
      place: 'budget.usd',
    });
    // 50 − 31 = 19: the seventh call begins at 18 and leads to 21, where an eighth might end at 52.
    expect([kept.size, budget.spent]).toEqual([7, { usd: 21, tokens: 21 }]);
    expect(server.stats.requests).toBe(7);
  });

  it('counts what a failed request took, in itself and in the answer’s price', async () => {
    const temper = ({ n }: { n: number }) => (n === 0 ? { fault: 'overloaded' as const } : {});
    const budget = new Budget({ tokens: 1_000 });
    const prices = { input: 1e6, output: 1e6 };
    const { model } = await served({ temper, answer: () => ({ content: 'it is' }) }, { budget }, { prices });
    const [output] = await outputs(model, {}, requests.slice(0, 1));
    // Twice one token in and two out, the first time for nothing.
    expect([budget.spent, output?.served?.usd]).toEqual([{ usd: 6, tokens: 6 }, 6]);
  });

  it('in dollars needs a price before any call', () => {
    const endpoint = { model: 'unheard-of', baseURL: 'https://api.openai.com/v1' };
    const env = { OPENAI_API_KEY: 'sk-1' };
    expect(() => httpModel(endpoint, { budget: new Budget({ usd: 1 }), env })).toThrow(
      expect.objectContaining({ code: 'config', hint: expect.stringContaining('prices') }),
    );
    expect(() => httpModel(endpoint, { budget: new Budget({ tokens: 1 }), env })).not.toThrow();
  });
});
