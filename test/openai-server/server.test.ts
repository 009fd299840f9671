import OpenAI from 'openai';
import { describe, expect, it, onTestFinished } from 'vitest';
import { forkOpenaiServer } from './fork.ts';
import { startOpenaiServer } from './server.ts';
import { seededTemper } from './temper.ts';

const asked = { model: 'teacher', messages: [{ role: 'user' as const, content: '2+3' }], seed: 4 };

describe('the OpenAI server', () => {
  it('answers the plain client, streamed or not, by messages and seed', async () => {
    const server = await startOpenaiServer();
    onTestFinished(() => server.close());
    const client = new OpenAI({ baseURL: server.baseURL, apiKey: 'none' });
    const whole = await client.chat.completions.create(asked);
    const stream = await client.chat.completions.create({
      ...asked,
      stream: true,
      stream_options: { include_usage: true },
    });
    let streamed = '';
    let usage: unknown;
    for await (const chunk of stream) {
      streamed += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    expect(streamed).toMatch(/^<answer>\d+<\/answer>$/);
    expect(whole.choices[0]?.message.content).toBe(streamed);
    expect(whole.usage).toEqual(usage);
    expect(await client.models.list()).toMatchObject({ data: [{ id: 'teacher' }] });
  });

  it('is right in most answers and wrong in some', async () => {
    const server = await startOpenaiServer();
    onTestFinished(() => server.close());
    const client = new OpenAI({ baseURL: server.baseURL, apiKey: 'none' });
    const seeds = Array.from({ length: 60 }, (_, seed) => seed);
    const answers = await Promise.all(seeds.map((seed) => client.chat.completions.create({ ...asked, seed })));
    const right = answers.filter(({ choices }) => choices[0]?.message.content === '<answer>5</answer>').length;
    // Seven in ten of 60 are 42, give or take 3.5.
    expect(right).toBeGreaterThan(30);
    expect(right).toBeLessThan(54);
  });

  it('has the same mood for the n-th request whenever it comes', () => {
    const moods = () => {
      const temper = seededTemper({ seed: 1, rate: 0.1, latencyMs: [100, 30_000] });
      return Array.from({ length: 1_000 }, (_, n) => temper({ n }));
    };
    expect(moods()).toEqual(moods());
    const latencies = moods().map(({ latencyMs = 0 }) => latencyMs);
    expect(Math.min(...latencies)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...latencies)).toBeLessThanOrEqual(30_000);
    // 100 of 1,000, give or take 9.5.
    expect(moods().filter(({ fault }) => fault).length).toBeGreaterThan(60);
  });

  it('runs in a process of its own, and counts there', async () => {
    const server = await forkOpenaiServer({ temper: { seed: 1, rate: 1, faults: ['503'] } });
    onTestFinished(() => server.close());
    const client = new OpenAI({ baseURL: server.baseURL, apiKey: 'sk-1', maxRetries: 0 });
    await expect(client.chat.completions.create(asked)).rejects.toMatchObject({ status: 503 });
    expect(await server.stats()).toMatchObject({
      requests: 1,
      completed: 0,
      faults: { '503': 1 },
      authorizations: ['Bearer sk-1'],
    });
  });
});
