import { mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEvaluation } from '../src/run/evaluation-file.ts';
import { evaluationOf, headOf, type Outcome, passing } from './fixtures/evaluated.ts';
import { runOf, SUITE } from './gated.ts';
import { cli, folder, linesFile } from './run-cli.ts';

/** A run folder with an evaluation that never was. */
function recorded(outcomes: readonly Outcome[], overrides: Parameters<typeof headOf>[1] = {}, name = 'sums'): string {
  const run = folder();
  mkdirSync(join(run, 'evaluations'));
  const file = openEvaluation(join(run, `evaluations/${name}.jsonl`), headOf(outcomes.length, overrides));
  for (const outcome of outcomes) file.append(evaluationOf(outcome));
  file.close();
  return run;
}

interface Compared {
  comparisons: {
    overall: { answer: { pairs: number; fixed: number; broken: number; p: number } };
    areas: { area: string; scores: { answer: { p: number | null; adjustedP: number | null } } }[];
    fixed: { sample: string }[];
    broken: { sample: string }[];
    missing: string[];
    added: string[];
  }[];
}

async function compared(...argv: string[]): Promise<Compared['comparisons']> {
  const { code, out, err } = await cli('compare', ...argv, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return (JSON.parse(out) as Compared).comparisons;
}

describe('compare', () => {
  it('names what is newly right and newly wrong, with the exact p', async () => {
    const old = await runOf((index) => index < 12);
    const now = await runOf((index) => index >= 10 && index < 14);
    const [{ overall, fixed, broken }] = (await compared(old, now)) as [Compared['comparisons'][number]];
    // 0 to 9 are right now, 12 and 13 wrong: 2·(1 + 12 + 66)/2^12 = 0.0386.
    expect(overall.answer).toMatchObject({ pairs: 160, fixed: 10, broken: 2 });
    expect(overall.answer.p).toBeCloseTo((2 * 79) / 4096, 10);
    expect(broken.map(({ sample }) => sample)).toEqual(['s-12', 's-13']);
    expect(fixed).toHaveLength(10);
    const { out } = await cli('compare', old, now);
    expect(out).toContain('2 newly wrong: s-12, s-13');
    expect(out).toContain("McNemar's exact test");
  });

  it('takes a folder, an evaluation and a baseline for the same', async () => {
    const [old, now] = [await runOf((index) => index < 12), await runOf(() => false)];
    const baseline = join(folder(), 'b.jsonl');
    await cli('baseline', 'set', old, '--baseline', baseline);
    const [byFolder] = await compared(old, now);
    expect((await compared(join(old, 'evaluations/sums.jsonl'), now))[0]).toEqual(byFolder);
    expect((await compared(baseline, now))[0]).toEqual(byFolder);
  });

  it('says what only one of the runs was asked', async () => {
    const [old, now] = [recorded(passing(5, 9)), recorded(passing(5, 9))];
    const head = headOf(9, { suite: { name: 'products', version: '1', areas: ['a'], chance: 0 } });
    const file = openEvaluation(join(now, 'evaluations/products.jsonl'), head);
    for (const outcome of passing(9, 9)) file.append(evaluationOf(outcome));
    file.close();
    expect((await cli('compare', old, now)).out).toContain('Only one side has holdout of products: model');
  });

  it('holds the first of three runs against each of the others', async () => {
    const runs = [await runOf(() => false), await runOf((index) => index < 3), await runOf((index) => index < 7)];
    const found = await compared(...runs);
    expect(found.map(({ overall }) => overall.answer.broken)).toEqual([3, 7]);
  });

  it('takes what came out of a run of distill, not what went in', async () => {
    const before = recorded(passing(1, 4), {}, 'holdout-before');
    const distilled = recorded(passing(4, 4), {}, 'holdout-after');
    renameSync(join(before, 'evaluations/holdout-before.jsonl'), join(distilled, 'evaluations/holdout-before.jsonl'));
    const [{ overall }] = (await compared(recorded(passing(2, 4)), distilled)) as [Compared['comparisons'][number]];
    expect(overall.answer).toMatchObject({ fixed: 2, broken: 0 });
  });

  it('lists samples that only one run has', async () => {
    const [found] = await compared(recorded(passing(3, 3)), recorded([...passing(2, 2), ...passing(1, 1, 'b')]));
    expect([found!.missing, found!.added]).toEqual([['a-2'], ['b-0']]);
  });

  it('pairs versions of a suite only when asked, on the problems that are the same', async () => {
    const old = recorded(passing(3, 3));
    const suite = { ...headOf(3).suite, version: '2' };
    const now = recorded(
      passing(1, 3).map((outcome, index) => (index === 2 ? { ...outcome, problem: 'reworded' } : outcome)),
      { suite },
    );
    const refused = await cli('compare', old, now);
    expect({ code: refused.code, err: refused.err }).toEqual({
      code: 2,
      err: expect.stringMatching(/version 1.*version 2/) as string,
    });
    const [found] = await compared(old, now, '--across-versions');
    expect(found!.overall.answer).toMatchObject({ pairs: 2, broken: 1 });
    expect(found!.missing).toEqual(['a-2']);
  });

  it('of several attempts says by which test', async () => {
    const decoding = { attempts: 2, maxTokens: 16, temperature: 0.6, topP: 1, seed: 1 };
    const outcomes = [0, 1].map(
      (attempt): Outcome => ({ sample: 'x', attempt, answer: attempt === 0 ? 'pass' : 'fail' }),
    );
    const many = recorded(outcomes, { decoding, samples: headOf(1).samples });
    const one = recorded([{ sample: 'x', answer: 'pass' }]);
    for (const runs of [
      [many, one],
      [one, many],
    ] as const) {
      expect((await cli('compare', ...runs)).out).toContain('sign-flip permutation');
    }
  });
});

describe('compare shows no text of the holdout', () => {
  const said = (text: string) =>
    recorded([{ sample: 'x', answer: text === 'RIGHT' ? 'pass' : 'fail', said: text, problem: 'SECRET-PROMPT' }]);

  it('unless it is asked for', async () => {
    const runs = [said('RIGHT'), said('WRONG-TEXT')];
    for (const argv of [[], ['--json']]) {
      const { out } = await cli('compare', ...runs, ...argv);
      expect(out).toContain('x');
      expect(out).not.toMatch(/SECRET|WRONG-TEXT/);
    }
    const { out } = await cli('compare', ...runs, '--transcripts');
    expect(out).toMatch(/SECRET-PROMPT[\s\S]*before:[\s\S]*RIGHT[\s\S]*after:[\s\S]*WRONG-TEXT/);
  });

  it('and of a baseline, which has none, says so', async () => {
    const [old, now] = [await runOf(() => false), await runOf((index) => index === 1)];
    const baseline = join(folder(), 'b.jsonl');
    await cli('baseline', 'set', old, '--baseline', baseline);
    const { code, out } = await cli('compare', baseline, now, '--transcripts');
    expect(code).toBe(0);
    expect(out).toMatch(
      /s-1: 1001\+7 {3}expected 1008\n {2}before:\n {4}\(a baseline holds no texts\)\n {2}after:\n {4}<answer>no/,
    );
  });

  it('and then nothing in it reaches the terminal: no escape, no line of its own, no turned text', async () => {
    const evil = '\u001b[2J\u001b]0;title\u0007\r\u009b31m\u202eright';
    const suite = { ...headOf(1).suite, areas: ['a', `b${evil}`] };
    const of = (answer: 'pass' | 'fail') =>
      recorded([{ sample: `x${evil}`, area: `b${evil}`, answer, said: evil, problem: evil }], {
        suite,
        model: { reference: evil, fingerprint: 'f' },
      });
    const runs = [of('pass'), of('fail')];
    const baseline = join(folder(), 'b.jsonl');
    const shown = [
      await cli('compare', ...runs, '--transcripts'),
      await cli('baseline', 'set', runs[0]!, '--baseline', baseline),
      await cli('baseline', 'show', '--baseline', baseline),
      await cli(
        'compare',
        runs[0]!,
        recorded([{ sample: `y${evil}`, area: 'a', answer: 'pass' }], { suite: { ...suite, name: evil } }),
      ),
    ];
    for (const { out, err } of shown) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the very characters that must not be there
      expect(out + err).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(out + err).toContain('�');
    }
  });
});

describe('compare refuses with exit 2', () => {
  const refused = async (message: RegExp, ...argv: string[]) => {
    const { code, out, err } = await cli('compare', ...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err).not.toContain('bug:');
  };

  it('fewer than two runs, a folder without evaluations, and one that is not there', async () => {
    const run = recorded(passing(2, 2));
    await refused(/two runs or more/);
    await refused(/two runs or more to compare, got 1/, run);
    await refused(/no evaluation in this folder/, run, folder());
    await refused(/nothing here/, run, join(run, 'nowhere'));
  });

  it('another suite, another split, and no common sample', async () => {
    const run = recorded(passing(2, 2));
    await refused(/no suite in common/, run, recorded(passing(2, 2), { suite: { ...headOf(2).suite, name: 'other' } }));
    await refused(
      /no suite in common: holdout of sums; and steer of sums/,
      run,
      recorded(passing(2, 2), { split: 'steer' }),
    );
    await refused(/no sample in common/, run, recorded(passing(2, 2, 'b')));
  });

  it('a run of no sample', async () => {
    await refused(/no sample in common/, recorded([]), recorded([]));
  });

  it('a log that was cut off, changed, or is not complete', async () => {
    const run = recorded(passing(2, 2));
    const broken = recorded(passing(2, 3));
    const file = join(broken, 'evaluations/sums.jsonl');
    const whole = readFileSync(file);
    truncateSync(file, whole.length - 5);
    await refused(/cut off/, run, broken);
    writeFileSync(file, whole.toString().replace('"pass"', '"fail"'));
    await refused(/checksum/, run, broken);
    writeFileSync(file, `${whole.toString().trimEnd().split('\n').slice(0, 3).join('\n')}\n`);
    await refused(/2 of 3 attempts/, run, broken);
  });

  it('what is no evaluation at all', async () => {
    const run = recorded(passing(2, 2));
    await refused(/head of an evaluation/, run, linesFile({ id: 'x', text: '', finishReason: 'stop' }));
    await refused(/no flag --acros-versions[\s\S]*--across-versions/, run, run, '--acros-versions');
  });

  it('no attempts at all, before a model is asked', async () => {
    const { code, err } = await cli('evaluate', SUITE, '--model', 'reference', '--attempts', '0', '--run', folder());
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('whole number from 1') as string });
  });
});

describe('baseline', () => {
  it('show prints what set printed, and holds neither prompt nor output', async () => {
    const run = await runOf((index) => index < 12);
    const file = join(folder(), 'b.jsonl');
    const set = await cli('baseline', 'set', run, '--baseline', file);
    const show = await cli('baseline', 'show', '--baseline', file);
    expect(set.out.startsWith(show.out.trimEnd())).toBe(true);
    // 148 of 160 are 92.5%.
    expect(show.out).toContain('92.5%');
    const text = readFileSync(file, 'utf8');
    expect(text).not.toMatch(/<answer>|"prompt"|"text"|"output"/);
    expect(text).not.toContain('1001+7');
  });

  it('that is not there, or was edited, ends with 2 and says what to do', async () => {
    const file = join(folder(), 'b.jsonl');
    expect((await cli('baseline', 'show', '--baseline', file)).err).toContain('proofstill baseline set');
    await cli('baseline', 'set', await runOf((index) => index < 12), '--baseline', file);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"f--"', '"p--"'));
    const { code, err } = await cli('baseline', 'show', '--baseline', file);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('checksum') as string });
  });
});
