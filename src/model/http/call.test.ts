import { describe, expect, it } from 'vitest';
import { callKey, callOf, promptTokensAtMost } from './call.ts';

const endpoint = { model: 'teacher', baseURL: 'https://llm.example.org/v1' };
const request = { id: 'r-1', prompt: '2+2' };
const options = { maxTokens: 100, temperature: 0.6, topP: 0.95, seed: 7 };

describe('a call', () => {
  it('is sent with a seed of 31 bits that differs by id, attempt and seed', () => {
    const seeds = [
      callOf(endpoint, request, 0, options),
      callOf(endpoint, request, 1, options),
      callOf(endpoint, { ...request, id: 'r-2' }, 0, options),
      callOf(endpoint, request, 0, { ...options, seed: 8 }),
    ].map(({ body }) => body.seed as number);
    expect(new Set(seeds).size).toBe(4);
    for (const seed of seeds) expect(seed >= 0 && seed < 2 ** 31).toBe(true);
  });

  it('has one key however its base URL ends, and whatever limits, prices and key it has', () => {
    const other = { ...endpoint, baseURL: `${endpoint.baseURL}/`, limits: { concurrency: 2 }, apiKeyEnv: 'OTHER' };
    expect(callKey(other, request, 0, options)).toBe(callKey(endpoint, request, 0, options));
  });

  it.each([
    ['another attempt', endpoint, request, 1, options],
    ['another prompt', endpoint, { ...request, prompt: '2+3' }, 0, options],
    ['a system prompt', endpoint, { ...request, system: 'Be brief.' }, 0, options],
    ['another model', { ...endpoint, model: 'other' }, request, 0, options],
    ['another server', { ...endpoint, baseURL: 'https://other.example.org/v1' }, request, 0, options],
    ['another limit', endpoint, request, 0, { ...options, maxTokens: 101 }],
    ['another temperature', endpoint, request, 0, { ...options, temperature: 0.7 }],
    ['another nucleus', endpoint, request, 0, { ...options, topP: 1 }],
    ['logprobs', endpoint, request, 0, { ...options, logprobs: true }],
  ])('has another key for %s', (_what, at, asked, attempt, how) => {
    expect(callKey(at, asked, attempt, how)).not.toBe(callKey(endpoint, request, 0, options));
  });

  it('names the limit as the host knows it', () => {
    expect(callOf(endpoint, request, 0, options).body).toMatchObject({ max_tokens: 100 });
    const openai = { ...endpoint, baseURL: 'https://api.openai.com/v1' };
    expect(callOf(openai, request, 0, options).body).toMatchObject({ max_completion_tokens: 100 });
  });

  it('has no more tokens in its prompt than bytes, and a few for each message', () => {
    // 解 and 方 have three bytes each.
    const { body } = callOf(endpoint, { id: 'r', prompt: '解方', system: 'abc' }, 0, options);
    expect(promptTokensAtMost(body)).toBe(6 + 16 + 3 + 16);
  });
});
