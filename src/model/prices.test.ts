import { describe, expect, it } from 'vitest';
import { pricesOf, usdOf } from './prices.ts';

const deepseek = { model: 'deepseek-v4-pro', baseURL: 'https://api.deepseek.com/v1' };

describe('prices', () => {
  // https://api-docs.deepseek.com/quick_start/pricing, peak: 0.044, 1.32 and 3.96 dollars for a million
  it('are those of the host’s page, of cached, other and output tokens', () => {
    expect(usdOf(pricesOf(deepseek)!, { in: 1e6, out: 1e6, cached: 5e5 })).toBeCloseTo(0.022 + 0.66 + 3.96, 10);
  });

  it('of a dated name are those of its model', () => {
    const openai = { model: 'gpt-4o-2024-08-06', baseURL: 'https://api.openai.com/v1' };
    expect(pricesOf(openai)).toMatchObject({ input: 2.5, output: 10 });
  });

  it('of the endpoint’s own settings come first', () => {
    const prices = { input: 1, output: 2 };
    expect(pricesOf({ ...deepseek, prices })).toEqual(prices);
    expect(usdOf(prices, { in: 1e6, out: 1e6, cached: 1e6 })).toBe(3);
  });

  it('are nothing on this machine, and unknown where nobody said', () => {
    expect(pricesOf({ model: 'any', baseURL: 'http://localhost:8000/v1' })).toEqual({ input: 0, output: 0 });
    expect(pricesOf({ ...deepseek, model: 'deepseek-v9' })).toBeUndefined();
    expect(pricesOf({ ...deepseek, baseURL: 'https://reseller.example/v1' })).toBeUndefined();
  });
});
