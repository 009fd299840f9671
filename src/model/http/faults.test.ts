import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ChatBody,
  FAULTS,
  type Fault,
  HastyClock,
  type OpenaiServerOptions,
  type Refusal,
  seededTemper,
  startOpenaiServer,
} from '../../../test/openai-server/index.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import type { GenerateOptions, Model, Output } from '../../core/output.ts';
import type { CallEvent } from './ask.ts';
import { httpModel } from './http.ts';

const options: GenerateOptions = { maxTokens: 100, temperature: 0.6, topP: 0.95, seed: 7 };
const requests = Array.from({ length: 6 }, (_, index) => ({ id: `r-${index}`, prompt: `${index}+1` }));
const KEY = 'sk-abcdefghijklmnopqrstuvwxyz123456';

async function served(server: OpenaiServerOptions, endpoint: Partial<Endpoint> = {}) {
  const running = await startOpenaiServer(server);
  onTestFinished(() => running.close());
  const clock = new HastyClock();
  const kept = new Map<string, Output>();
  const events: CallEvent[] = [];
  const model = httpModel(
    { model: 'teacher', baseURL: running.baseURL, apiKeyEnv: 'KEY', ...endpoint },
    {
      clock,
      env: { KEY, KEY_HOST: new URL(running.baseURL).host },
      calls: { get: (key) => kept.get(key), record: (key, output) => kept.set(key, output) },
      onEvent: (event) => events.push(event),
    },
  );
  const outputs = (asked = requests): Promise<Output[]> => collect(model, asked);
  return { server: running, outputs, clock, kept, events };
}

async function collect(model: Model, asked = requests): Promise<Output[]> {
  const all: Output[] = [];
  for await (const output of model.generate(asked, options)) all.push(output);
  return all;
}

const texts = (outputs: readonly Output[]): string[] => outputs.map(({ text }) => text);
const sound = async (): Promise<string[]> => texts(await (await served({ key: KEY })).outputs());
/** The n-th requests, from 0, meet this fault. */
const at =
  (fault: Fault | Refusal, ...spoilt: number[]) =>
  ({ n }: { n: number }) =>
    spoilt.includes(n) ? { fault } : {};

describe('a passing fault', () => {
  it.each(FAULTS.filter((fault) => fault !== 'stall'))(
    '%s costs one more request, and changes no answer',
    async (fault) => {
      const { server, outputs, events } = await served({ temper: at(fault, 1, 3) });
      expect(texts(await outputs())).toEqual(await sound());
      expect(server.stats).toMatchObject({ requests: 8, faults: { [fault]: 2 } });
      expect(events.filter(({ kind }) => kind === 'retry')).toHaveLength(2);
    },
  );

  it('stall is noticed by its silence', async () => {
    const { server, outputs, events } = await served({ temper: at('stall', 2) }, { limits: { stallSeconds: 0.5 } });
    expect(texts(await outputs())).toEqual(await sound());
    expect(server.stats.faults.stall).toBe(1);
    expect(events).toContainEqual(expect.objectContaining({ what: 'the answer stalled: there was nothing in 0.5 s' }));
  });

  it('of a server that never answers ends with the deadline', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const endpoint = { model: 'm', baseURL: `http://127.0.0.1:${port}/v1`, limits: { deadlineSeconds: 0.05 } };
    const model = httpModel(endpoint, { clock: new HastyClock(), env: {} });
    await expect(collect(model, requests.slice(0, 1))).rejects.toMatchObject({
      code: 'model',
      message: '10 tries failed, the last one so: there was no whole answer in 0.05 s',
    });
  });

  it.each([
    ['429-seconds', 7, 7_000],
    ['429-date', 30, 28_000],
  ] as const)('%s is waited off as long as the server asks', async (fault, retryAfterSeconds, leastMs) => {
    const { outputs, clock } = await served({ temper: at(fault, 0), retryAfterSeconds });
    await outputs(requests.slice(0, 1));
    expect(clock.slept[0]).toBeGreaterThanOrEqual(leastMs);
    // A tenth more, so that not all come back at once.
    expect(clock.slept[0]).toBeLessThanOrEqual(retryAfterSeconds * 1_100);
  });

  it('of one request in ten leaves 200 calls whole: none lost, none asked twice, no request too many', async () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ id: `m-${index}`, prompt: `${index}+2` }));
    const spoilt = await served({ temper: seededTemper({ seed: 5, rate: 0.1 }) });
    const even = await served({});
    expect(texts(await spoilt.outputs(many))).toEqual(texts(await even.outputs(many)));
    const { requests: sent, completed, faults } = spoilt.server.stats;
    const injected = Object.values(faults).reduce((sum, count) => sum + count, 0);
    expect(injected).toBeGreaterThan(10);
    expect([completed, spoilt.kept.size, sent]).toEqual([200, 200, 200 + injected]);
  });

  it('that does not pass ends after ten tries, with the last one’s words, and what was answered is kept', async () => {
    const temper = ({ body }: { body: ChatBody }) =>
      body.messages[0]!.content === '3+1' ? ({ fault: '502' } as const) : {};
    const { outputs, server, kept } = await served({ temper });
    await expect(outputs()).rejects.toMatchObject({
      code: 'model',
      message: '10 tries failed, the last one so: 502 a 502 by script',
      place: expect.stringContaining('request r-3, attempt 0'),
      hint: expect.stringContaining('kept'),
    });
    expect(server.stats.faults['502']).toBe(10);
    expect(kept.size).toBe(5);
  });
});

describe('a fault that no other try mends', () => {
  it.each([
    ['401', 'config', 'the server refuses the key'],
    ['403', 'config', 'the server refuses the key'],
    ['404', 'config', 'there is no such model or address'],
    ['402', 'model', 'the account is used up'],
    ['quota', 'model', 'the account is used up'],
    ['redirect', 'config', 'the server redirects to http://127.0.0.1:9/v1/chat/completions'],
  ] as const)('%s ends all calls at once', async (fault, code, message) => {
    const { outputs, server } = await served({ temper: at(fault, 0) });
    await expect(outputs(requests.slice(0, 1))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(server.stats.requests).toBe(1);
  });

  it.each(['400', '413', '422'] as const)('%s ends all where nothing was ever answered', async (fault) => {
    const { outputs } = await served({ temper: at(fault, 0) });
    await expect(outputs(requests.slice(0, 1))).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('refuses the request'),
    });
  });

  it.each(['400', '413', '422'] as const)('%s is that request’s alone where others were answered', async (fault) => {
    const { outputs, server, kept } = await served({ temper: at(fault, 1) }, { limits: { concurrency: 1 } });
    const answers = await outputs();
    expect(answers.map(({ finishReason }) => finishReason)).toEqual([
      'stop',
      'cancelled',
      'stop',
      'stop',
      'stop',
      'stop',
    ]);
    expect(answers[1]).toMatchObject({ text: '', served: { refusal: expect.stringContaining(fault), requests: 1 } });
    expect([kept.size, server.stats.requests]).toEqual([6, 6]);
  });

  it('a wait of more than ten minutes is left to a person', async () => {
    const { outputs, clock } = await served({ temper: at('429-seconds', 0), retryAfterSeconds: 3_600 });
    await expect(outputs(requests.slice(0, 1))).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining('60 minutes'),
    });
    expect(clock.slept).toEqual([]);
  });

  it('a server that is not there is said at once', async () => {
    const endpoint = { model: 'm', baseURL: 'http://127.0.0.1:9/v1' };
    const clock = new HastyClock();
    await expect(collect(httpModel(endpoint, { clock, env: {} }))).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(clock.slept).toEqual([]);
  });
});

describe('a reply that no client expects', () => {
  it.each([
    ['null', 'expected an object, got other JSON'],
    ['{"error":{"message":"out of memory"}}', 'the server gave up: {"message":"out of memory"}'],
    ['{"choices":[{"message":{"content":[{"type":"thinking"}]},"finish_reason":"stop"}]}', 'expected text as content'],
    ['{"choices":"none"}', 'ended without a finish_reason'],
  ])('%s is tried again, and said', async (body, what) => {
    const server = createHttpServer((_, response) => response.setHeader('content-type', 'application/json').end(body));
    onTestFinished(() => void server.close().closeAllConnections());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = { model: 'm', baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
    const model = httpModel(endpoint, { clock: new HastyClock(), env: {} });
    await expect(collect(model, requests.slice(0, 1))).rejects.toMatchObject({
      message: expect.stringContaining(what),
    });
  });

  it('a refusal of counting in every chunk is answered by not asking for it', async () => {
    const asked: unknown[] = [];
    const temper = ({ body }: { body: ChatBody }) => {
      asked.push(body.stream_options);
      return body.stream_options?.continuous_usage_stats ? { fault: 'no-counting' as const } : {};
    };
    const { outputs } = await served({ temper }, { limits: { concurrency: 1 } });
    expect(texts(await outputs())).toEqual(await sound());
    expect(asked.slice(0, 2)).toEqual([{ include_usage: true, continuous_usage_stats: true }, { include_usage: true }]);
    expect(asked).toHaveLength(7);
  });
});

describe('the key', () => {
  it.each(['401', '403', '402', '404', '400', 'quota'] as const)(
    'is in no error of a server that echoes it: %s',
    async (fault) => {
      const { outputs, events, server } = await served({ temper: at(fault, 0, 1, 2, 3, 4, 5) });
      const error = await outputs().catch((caught: unknown) => caught);
      expect(server.stats.authorizations).toEqual([`Bearer ${KEY}`]);
      const { message, place, hint, cause, stack } = error as Error & { place: string; hint: string };
      expect(message).toContain('[key]');
      leaksNothing({ message, place, hint, cause, stack, events });
    },
  );

  it('is in no record, whether a refusal or a model’s own words echo it', async () => {
    const answer = () => ({ reasoning: `The header says ${KEY}.`, content: `<answer>${KEY}</answer>` });
    const { outputs, kept, events } = await served({ answer, temper: at('400', 3) }, { limits: { concurrency: 1 } });
    const answers = await outputs();
    expect(answers[3]?.served?.refusal).toContain('[key]');
    expect(answers[0]?.answer).toBe('[key]');
    leaksNothing({ answers, kept: [...kept], events });
  });
});

function leaksNothing(shown: object): void {
  const text = JSON.stringify(shown);
  for (let start = 0; start + 8 <= KEY.length; start++) expect(text).not.toContain(KEY.slice(start, start + 8));
  expect(text).not.toMatch(/sk-|\*\*\*/);
}
