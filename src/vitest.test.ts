import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluatedOf, type Outcome, passing } from '../test/fixtures/evaluated.ts';
import { adder, sums } from '../test/fixtures/vitest-project/sums.ts';
import type { Model } from './core/output.ts';
import { type EvaluateSuiteOptions, evaluateSuite, type FinishedRun } from './vitest.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'proofstill-vitest-'));
const runOf = (outcomes: readonly Outcome[], overrides = {}): FinishedRun => {
  return { evaluations: [evaluatedOf(outcomes, overrides)], measurements: [] };
};
/** What a failing assertion says. */
function complaint(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
}
/** Asks the sums, with the ledger out of the way. */
const ask = (options: Partial<EvaluateSuiteOptions>): Promise<FinishedRun> =>
  evaluateSuite(sums, { model: adder(), ledger: join(folder(), 'ledger.jsonl'), ...options });

describe('toPassGate', () => {
  it('passes only what is shown: of 100 samples, 100 show a floor of 0.97 and none of 0.971', () => {
    // 0.05^(1/100) = 0.97049
    expect(runOf(passing(100, 100))).toPassGate({ answer: { floor: 0.97 } });
    expect(complaint(() => expect(runOf(passing(100, 100))).toPassGate({ answer: { floor: 0.971 } }))).toContain(
      '100 samples can never decide this',
    );
  });

  it('tells a model that failed from records that cannot tell, neither of which is a pass', () => {
    // scipy.stats.beta.ppf(0.95, 81, 20) = 0.86334 for 80 of 100, beta.ppf(0.05, 95, 6) = 0.89775 for 95 of 100
    const [worse, undecided] = [runOf(passing(80, 100)), runOf(passing(95, 100))];
    const policy = { answer: { floor: 0.9 } };
    expect(complaint(() => expect(worse).toPassGate(policy))).toMatch(/: it failed\. .*\n\n✗ sums: .*80% was found/);
    const message = complaint(() => expect(undecided).toPassGate(policy));
    expect(message).toMatch(/: it is inconclusive, which is no pass\. .*\n\n\? sums: .*95% was found.*\(n=100\)/);
    expect(message).toMatch(/About \d+ further samples would decide it/);
    expect(worse).not.toPassGate(policy);
    expect(undecided).not.toPassGate(policy);
  });

  it('negated says that it did pass', () => {
    const message = complaint(() => expect(runOf(passing(100, 100))).not.toPassGate({ answer: { floor: 0.9 } }));
    expect(message).toContain('expected model on sums not to pass its gate: it passed.');
  });

  it('is of the suite and split of the run', () => {
    const steer = runOf(passing(80, 100), { split: 'steer' });
    const message = complaint(() => expect(steer).toPassGate({ answer: { floor: 0.9 } }));
    expect(message).toContain('note: sums: decided on steer samples, which are no holdout.');
    expect(complaint(() => expect(steer).toPassGate({ split: 'holdout', answer: { floor: 0.9 } }))).toMatch(
      /not evaluated on holdout of sums[\s\S]*at: suite sums/,
    );
  });

  it('notes that it saw a part of the samples', () => {
    const part = runOf(passing(80, 100), { samples: { n: 100, of: 400, hash: 'h' } });
    const message = complaint(() => expect(part).toPassGate({ answer: { floor: 0.9 } }));
    expect(message).toContain('note: sums: decided on a part of its samples: 100 of 400.');
  });

  it.each<[string, object, RegExp]>([
    ['a threshold that is no number', { answer: { floor: Number.NaN } }, /NaN/],
    ['an unknown key', { answer: { flor: 0.9 } }, /flor/],
    ['no rule at all', {}, /no rule/],
    ['a margin without a baseline', { answer: { margin: 0.05 } }, /no baseline/],
  ])('%s is an error, negated or not', (_, policy, expected) => {
    const run = runOf(passing(100, 100));
    expect(complaint(() => expect(run).toPassGate(policy))).toMatch(expected);
    expect(complaint(() => expect(run).not.toPassGate(policy))).toMatch(expected);
  });

  it('takes a policy file only where it has something on the suite', () => {
    const other = runOf(passing(100, 100), { suite: { name: 'products', version: '1', areas: ['a'], chance: 0 } });
    const file = 'test/fixtures/vitest-project/proofstill.policy.json';
    expect(complaint(() => expect(other).toPassGate(file))).toContain('no policy for suite products');
    expect(complaint(() => expect(other).toPassGate('nowhere.json'))).toMatch(/cannot read the policy[\s\S]*nowhere/);
  });
});

describe('toBeAtLeastAsGoodAs', () => {
  const baseline = runOf(passing(95, 100));

  it('passes an equal model, and fails one that lost 20 of 100', () => {
    expect(runOf(passing(95, 100))).toBeAtLeastAsGoodAs(baseline, { margin: 0.1 });
    const message = complaint(() => {
      expect(runOf(passing(75, 100))).toBeAtLeastAsGoodAs(baseline, { margin: 0.1 });
    });
    expect(message).toMatch(/it failed.*\n\n✗ sums: .*0 samples got better and 20 worse: −20 points/);
    expect(message).toContain('20 newly wrong beside the baseline: a-75 (no-reason), a-76 (no-reason)');
  });

  it('holds the score and the area that are named', () => {
    const half = (score: 'answer' | 'format', failed: string): Outcome[] =>
      ['a', 'b'].flatMap((area) =>
        passing(100, 100, area).map((outcome) => ({
          ...outcome,
          format: 'pass' as const,
          ...(area === failed ? { [score]: 'fail' as const } : {}),
        })),
      );
    const before = runOf(half('answer', 'none'));
    const worseInB = runOf(half('answer', 'b'));
    expect(worseInB).toBeAtLeastAsGoodAs(before, { margin: 0.05, area: 'a' });
    expect(worseInB).toBeAtLeastAsGoodAs(before, { margin: 0.05, score: 'format' });
    expect(worseInB).not.toBeAtLeastAsGoodAs(before, { margin: 0.05, area: 'b' });
    expect(runOf(half('format', 'a'))).not.toBeAtLeastAsGoodAs(before, { margin: 0.05, score: 'format' });
  });

  it('an area that is not there, other samples, or nothing to compare with are errors', () => {
    const run = runOf(passing(95, 100));
    const against = (other: FinishedRun | string, area?: string): string =>
      complaint(() => expect(run).not.toBeAtLeastAsGoodAs(other, { margin: 0.1, ...(area ? { area } : {}) }));
    expect(against(baseline, 'c')).toContain('no area "c"');
    expect(against(runOf(passing(95, 101)))).toContain('not asked the same samples');
    expect(against('nowhere')).toMatch(/there is nothing here[\s\S]*nowhere/);
  });
});

describe('evaluateSuite', () => {
  it('scores every sample, and keeps nothing unless it is told where', async () => {
    const ledger = join(folder(), 'ledger.jsonl');
    const run = await evaluateSuite(sums, { model: adder((left) => left === 0), ledger });
    const { head, attempts } = run.evaluations[0]!;
    expect(head).toMatchObject({ split: 'holdout', samples: { n: 200, of: 200 }, model: { fingerprint: 'adder' } });
    expect(attempts.filter(({ verdict }) => verdict.status === 'pass')).toHaveLength(180);
    expect(run.reads).toMatchObject([{ suite: 'sums', reads: 1, models: 1 }]);
    expect(readFileSync(ledger, 'utf8')).toMatch(/^[^\n]*"by":"vitest"[^\n]*\n$/);
    expect(existsSync('runs/evaluations')).toBe(false);
  });

  it('goes on in its folder, and asks nothing twice', async () => {
    const asked: string[] = [];
    const counting: Model = {
      ...adder(),
      generate: (requests, options) => {
        asked.push(...requests.map(({ id }) => id));
        return adder().generate(requests, options);
      },
    };
    const run = folder();
    const first = await ask({ model: counting, run });
    const again = await ask({ model: counting, run });
    expect(asked).toHaveLength(200);
    expect(again.evaluations).toEqual(first.evaluations);
  });

  it('finds a built-in suite by its name', async () => {
    const ledger = join(folder(), 'ledger.jsonl');
    const run = await evaluateSuite('quadratics', { model: 'reference', limit: 3, ledger });
    expect(run.evaluations[0]!.attempts.map(({ sample }) => sample)).toEqual(['q-0001', 'q-0002', 'q-0003']);
  });

  it('lets others have their turns, though neither model nor verifier waits for anything', async () => {
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await ask({});
    isDone = true;
    // One after every eighth of 200 attempts.
    expect(turns).toBeGreaterThanOrEqual(25);
  });

  it('ends where it is told to', async () => {
    await expect(ask({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'interrupted' });
  });

  it.each<[string, Partial<EvaluateSuiteOptions>, RegExp]>([
    ['a limit of nothing', { limit: 0 }, /limit/],
    ['a limit that is no number', { limit: Number.NaN }, /NaN[\s\S]*limit/],
    ['no attempt', { attempts: 0 }, /attempts/],
    ['an unknown option', { atempts: 2 } as object, /atempts/],
    ['a model that is none', { model: {} as Model }, /a model or its reference/],
    ['a checkpoint that is not there', { model: 'nowhere' }, /no config\.json\n {2}at: nowhere\n fix: /],
    ['a split without samples', { split: 'steer' }, /no committed steer samples[\s\S]*holdout/],
    ['both a limit and fresh samples', { limit: 3, fresh: 3 }, /take no limit/],
    ['a suite that makes no problems', { fresh: 3 }, /no generator/],
  ])('%s is an error that says where', async (_, options, expected) => {
    await expect(ask(options)).rejects.toMatchObject({ message: expect.stringMatching(expected) });
  });

  it('takes a suite or its name only', async () => {
    const wrong = { name: 'sums' } as unknown as string;
    await expect(evaluateSuite(wrong, { model: adder() })).rejects.toMatchObject({ code: 'config' });
  });
});

it('the matchers are known to the compiler, and so are their arguments', () => {
  // Never called: what it is there for is `tsc`.
  const typed = (run: FinishedRun): void => {
    expect(run).toPassGate('proofstill.policy.json', { baseline: 'runs/accepted' });
    expect(run).toPassGate({ answer: { floor: 0.9 }, areas: { large: { trace: { margin: 0.02 } } } });
    expect(run).toBeAtLeastAsGoodAs(run, { margin: 0.02, score: 'format', area: 'large', confidence: 0.99 });
    // @ts-expect-error a policy has no such key
    expect(run).toPassGate({ answer: { flor: 0.9 } });
    // @ts-expect-error a policy is no number
    expect(run).toPassGate(0.9);
    // @ts-expect-error how much worse is still good must be said
    expect(run).toBeAtLeastAsGoodAs('proofstill.baseline.jsonl');
    // @ts-expect-error there is no such score
    expect(run).toBeAtLeastAsGoodAs(run, { margin: 0.02, score: 'style' });
    // @ts-expect-error a model is needed
    void evaluateSuite('quadratics', {});
  };
  expect(typed).toBeTypeOf('function');
});
