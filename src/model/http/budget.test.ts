import { describe, expect, it } from 'vitest';
import { Budget } from './budget.ts';

const never = new AbortController().signal;

describe('a budget', () => {
  it.each([{ usd: 0 }, { tokens: 0 }, { usd: -1 }, { usd: Number.NaN }])('of %j is a config error', (ceilings) => {
    expect(() => new Budget(ceilings)).toThrow(expect.objectContaining({ code: 'config' }));
  });

  it('lets calls through while the worst of all of them fits', async () => {
    const budget = new Budget({ usd: 1 });
    const first = await budget.reserve({ usd: 0.5, tokens: 10 }, never);
    await budget.reserve({ usd: 0.5, tokens: 10 }, never);
    first.settle({ usd: 0.25, tokens: 5 });
    expect(budget.spent).toEqual({ usd: 0.25, tokens: 5 });
  });

  it('waits for a call in flight that may cost less than it could', async () => {
    const budget = new Budget({ tokens: 100 });
    const first = await budget.reserve({ usd: 0, tokens: 80 }, never);
    const second = budget.reserve({ usd: 0, tokens: 60 }, never);
    first.settle({ usd: 0, tokens: 40 });
    await expect(second).resolves.toBeDefined();
  });

  it('is reached once no call in flight can make room, and says what was spent of what', async () => {
    const budget = new Budget({ usd: 1 }, { usd: 0.5, tokens: 7 });
    const first = await budget.reserve({ usd: 0.4, tokens: 1 }, never);
    const second = budget.reserve({ usd: 0.4, tokens: 1 }, never);
    first.settle({ usd: 0.25, tokens: 1 });
    await expect(second).rejects.toMatchObject({
      code: 'budget',
      message: "$0.7500 of the budget's $1.0000 are spent, and the next call may take $0.4000",
      place: 'budget.usd',
    });
  });

  it('counts what earlier processes spent', async () => {
    const budget = new Budget({ tokens: 100 }, { usd: 0, tokens: 90 });
    await expect(budget.reserve({ usd: 0, tokens: 11 }, never)).rejects.toMatchObject({ code: 'budget' });
    await expect(budget.reserve({ usd: 0, tokens: 10 }, never)).resolves.toBeDefined();
  });
});
