import { describe, expect, it } from 'vitest';
import { syntheticInput } from '../../test/fixtures/report/synthetic.ts';
import { proportion } from '../core/statistics/proportion.ts';
import type { ReportInput } from './input.ts';
import { reportView } from './view.ts';

const input = syntheticInput();
const view = reportView(input);

describe('reportView', () => {
  it('sums the run up in a sentence', () => {
    // 5 and 23 of 24; Wilson for 23 of 24 is 0.798 to 0.993.
    expect(view.headline).toMatchObject({
      title: 'From 20.8% to 95.8% right on problems it had never seen',
      sentence:
        'answer 20.8% → 95.8% (n=24, 95% interval 79.8–99.3%), format 0.0% → 100.0%, trace 0.0% → 95.8%, p95 143 ms ≤ 300 ms at int8 on one thread; targets met after 3 rounds',
    });
  });

  it('says which budget ended a run that missed its targets', () => {
    const latency = { ...input.summary.latency, p95Ms: 412, threads: 2 };
    const summary = { ...input.summary, latency, targetsMet: false, stoppedBecause: 'minutes' as const, rounds: 1 };
    expect(reportView({ ...input, summary }).headline.sentence).toMatch(
      /p95 412 ms > 300 ms at int8 on 2 threads; targets not met after 1 round: the budget of minutes was spent$/,
    );
  });

  it('pairs before and after by sample, area by area', () => {
    const monic = view.areas[0];
    // Two of four right before, three of four after: two newly right, one newly wrong.
    expect(monic).toMatchObject({ area: 'monic', fixed: 2, broken: 1, scores: { answer: { change: 0.25 } } });
    expect(view.areas.map(({ area }) => area)).toEqual(['monic', 'leading', 'repeated', 'zero', 'rational', 'none']);
    expect(view.areas.reduce((sum, { fixed }) => sum + fixed, 0)).toBe(view.trust.paired.fixed);
  });

  it('follows the candidates of a round from drawn to learnt', () => {
    // drawn: 72 + 84 + 64 + 68 + 120 + 72; kept: 17 + 20 + 16 + 16 + 29 + 14; the rest was rejected or spare.
    const [first] = view.progress.rounds;
    expect(first).toMatchObject({ problems: 120, drawn: 480, kept: 112, duplicates: 7, contaminated: 2, rows: 131 });
    expect((first?.rejected ?? 0) + (first?.spare ?? 0)).toBe(480 - 112);
  });

  it('counts each reason of loss over all rounds, the most frequent first', () => {
    // not-a-number: 38 + 26 + 24 + 17 + 15 + 12, then 61 + 29 + 12 + 12 + 9 + 5, then 66 + 24 + 10 + 9 + 6 + 4.
    expect(view.losses.reasons[0]).toMatchObject({
      stage: 'answer',
      check: 'math-answer',
      reason: 'not-a-number',
      count: 132 + 128 + 119,
    });
    expect(view.losses.reasons[0]?.areas).toMatchObject({ monic: 17 + 12 + 9, rational: 38 + 61 + 66 });
    const shares = view.losses.reasons.reduce((sum, { share }) => sum + share, 0);
    expect(shares).toBeCloseTo(1, 12);
    for (const { drawn, kept, spare, rejected } of view.losses.areas) expect(kept + spare + rejected).toBe(drawn);
  });

  it('counts what waits for a person apart from what is spare', () => {
    const [first] = input.rounds as [ReportInput['rounds'][number]];
    const candidates = { drawn: { monic: 10 }, kept: { monic: 2 }, waiting: { monic: 3 }, lost: [] };
    const { losses, progress } = reportView({ ...input, rounds: [{ ...first, candidates }] });
    expect(losses).toMatchObject({ drawn: 10, kept: 2, waiting: 3, spare: 5, rejected: 0 });
    expect(progress.rounds[0]).toMatchObject({ drawn: 10, kept: 2, waiting: 3, spare: 5 });
  });

  it('looks at steer once more than there are rounds, and counts steps over all of them', () => {
    expect(view.progress.looks.map(({ trained }) => trained)).toEqual([0, 1, 2, 3]);
    expect(view.progress.looks.at(-1)?.answer).toEqual(input.summary.steer.overall.answer);
    // Three rounds of ten steps, each step a point of its own.
    expect(view.progress.curve).toHaveLength(30);
    expect(view.progress.curve.at(-1)).toMatchObject({ round: 3, fromStep: 29, toStep: 29, loss: 0.03054 });
  });

  it('gathers a long curve into stretches with their mean, least and greatest loss', () => {
    const step = { learningRate: 0.001, gradientNorm: 1 };
    const curve = Array.from({ length: 48 }, (_, index) => ({ step: index, loss: index, ...step }));
    const [first] = input.rounds;
    const rounds = [{ ...first, training: { steps: 48, tokens: 1, curve } }] as ReportInput['rounds'];
    const { progress } = reportView({ ...input, rounds });
    // 48 steps in 24 stretches of two: losses 0 and 1, then 2 and 3…
    expect(progress.curve).toHaveLength(24);
    expect(progress.curve[1]).toEqual({ round: 1, fromStep: 2, toStep: 3, loss: 2.5, low: 2, high: 3 });
  });

  it('places each checkpoint and precision, at an accuracy of its own or a borrowed one', () => {
    const found = view.costs.points.map(({ name, precision, split, isEvaluated }) => [
      name,
      precision,
      split,
      isEvaluated,
    ]);
    expect(found).toEqual([
      ['before', 'fp32', 'holdout', false],
      ['before', 'int8', 'holdout', true],
      ['round 1', 'int8', 'steer', true],
      ['after', 'fp32', 'holdout', false],
      ['after', 'int8', 'holdout', true],
    ]);
    // What round 2 saw before its own training is what round 1 made.
    expect(view.costs.points[2]?.answer).toEqual(input.rounds[1]?.steer.overall.answer);
    expect(view.costs).toMatchObject({ before: { sizeMb: 2.9 }, after: { sizeMb: 2.9 } });
  });

  it('compares with the teacher only where that was measured', () => {
    expect(view.costs).toMatchObject({ timesSmaller: null, timesFaster: null });
    const [some] = input.measurements as [ReportInput['measurements'][number]];
    const teacher = { ...some, checkpoint: 'teacher', sizeMb: 290, whole: { ...some.whole, p50Ms: 986 } };
    const { costs } = reportView({ ...input, measurements: [...input.measurements, teacher] });
    // 290 MB to 2.9 MB, 986 ms to 98.6 ms.
    expect(costs.timesSmaller).toBeCloseTo(100, 9);
    expect(costs.timesFaster).toBeCloseTo(10, 9);
    expect(costs.points).toHaveLength(5);
  });

  it('gives the gap between steer and holdout with its interval', () => {
    // Newcombe 1998, table II, example (a): 56/70 less 48/80 is 0.2000, method 10 gives 0.0524 to 0.3339.
    const steer = structuredClone(input.summary.steer);
    const after = structuredClone(input.summary.after);
    steer.overall.answer = proportion(56, 70);
    after.holdout.answer = proportion(48, 80);
    const { gap } = reportView({ ...input, summary: { ...input.summary, steer, after } }).trust;
    expect(gap.difference).toBeCloseTo(0.2, 12);
    expect(gap.low).toBeCloseTo(0.0524, 4);
    expect(gap.high).toBeCloseTo(0.3339, 4);
  });

  it('describes where the judges disagree, of all outputs that both judged', () => {
    expect(view.trust.judges.judged).toBe(3 * 24);
    expect(view.trust.judges.disagreements).toEqual([
      expect.objectContaining({ sample: 'q-0051', verifier: 'pass', judge: 'fail', prompt: 'Solve -x^2-3x+88=0' }),
    ]);
  });

  it('shows the first sample first, then one of each area, and every answer that got worse', () => {
    const { shown, turns } = view.examples;
    expect(shown[0]).toMatchObject({ sample: 'q-0001', prompt: 'Solve x^2-5x+6=0', turn: 'right' });
    expect(new Set(shown.slice(1, 7).map(({ area }) => area)).size).toBe(6);
    expect(turns).toEqual({ fixed: 19, broken: 1, right: 4, wrong: 0 });
    expect(shown.filter(({ turn }) => turn === 'broken')).toHaveLength(1);
    expect(shown).toHaveLength(8);
  });

  it('shows no more than thirty samples', () => {
    const many = (status: 'pass' | 'fail') =>
      Array.from({ length: 40 }, (_, index) => ({
        ...(input.evaluations.before[0] as ReportInput['evaluations']['before'][number]),
        sample: `s-${index}`,
        verdict: { status, checks: [{ name: 'math-answer', score: 'answer' as const, status }] },
      }));
    const evaluations = { before: many('pass'), after: many('fail'), teacher: [] };
    const { examples } = reportView({ ...input, evaluations });
    expect(examples.shown).toHaveLength(30);
    expect(examples.turns.broken).toBe(40);
    expect(examples.shown[0]?.teacher).toBeNull();
  });

  it('knows nothing of what was not done', () => {
    const nothing = { answer: proportion(0, 0), format: proportion(0, 0), trace: proportion(0, 0) };
    const summary = { ...input.summary, after: { holdout: nothing, areas: {} }, rounds: 0 };
    const evaluations = { before: [], after: [], teacher: [] };
    const empty = reportView({ ...input, summary, rounds: [], evaluations, measurements: [] });
    expect(empty.headline.title).toBe('No answer to a holdout problem could be scored');
    expect(empty.overall.answer.change).toBeNull();
    expect(empty.areas[0]?.scores.answer.after.value).toBeNull();
    expect(empty.costs).toMatchObject({ points: [], before: null, after: null });
    expect(empty.losses).toMatchObject({ drawn: 0, reasons: [] });
    expect(empty.trust).toMatchObject({ gap: { difference: null, low: null }, judges: { judged: null } });
    expect(empty.examples.shown).toEqual([]);
  });

  it('is plain JSON, the same for the same records', () => {
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
    expect(JSON.stringify(reportView(syntheticInput()))).toBe(JSON.stringify(view));
  });
});
