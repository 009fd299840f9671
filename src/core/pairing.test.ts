import { describe, expect, it } from 'vitest';
import { evaluatedOf, type Outcome, passing } from '../../test/fixtures/evaluated.ts';
import { pairingOf } from './pairing.ts';
import { rateOf } from './tallies.ts';

const suite = (version: string) => ({ suite: { name: 'sums', version, areas: ['a', 'b'], chance: 0 } });

describe('pairing', () => {
  it('pairs samples by id, whatever their order', () => {
    const before = evaluatedOf([
      { sample: 'x', answer: 'pass' },
      { sample: 'y', answer: 'fail' },
    ]);
    const after = evaluatedOf([
      { sample: 'y', answer: 'pass' },
      { sample: 'x', answer: 'pass' },
    ]);
    const pairs = pairingOf(before, after).pairs('answer');
    expect(pairs.map((pair) => [pair.before.sample, rateOf(pair.before), rateOf(pair.after)])).toEqual([
      ['x', 1, 1],
      ['y', 0, 1],
    ]);
  });

  it('lists samples that only one side has', () => {
    const { missing, added, common } = pairingOf(
      evaluatedOf(passing(3, 3)),
      evaluatedOf([...passing(2, 2), ...passing(1, 1, 'b')]),
    );
    expect({ missing, added, common }).toEqual({ missing: ['a-2'], added: ['b-0'], common: 2 });
  });

  it('leaves out a sample that either side could not judge, on that score only', () => {
    const outcomes: Outcome[] = [
      { sample: 'x', answer: 'pass', format: 'pass' },
      { sample: 'y', answer: 'unscored', format: 'pass' },
    ];
    const before = evaluatedOf(outcomes);
    const after = evaluatedOf(outcomes.map((outcome) => ({ ...outcome, answer: 'pass' as const })));
    const pairing = pairingOf(before, after);
    expect(pairing.pairs('answer').map(({ after: { sample } }) => sample)).toEqual(['x']);
    expect(pairing.pairs('format')).toHaveLength(2);
    expect(pairing.pairs('trace')).toEqual([]);
  });

  it('of different versions of a suite or its verifier is refused, and across versions pairs what is the same problem', () => {
    const before = evaluatedOf(passing(3, 3), suite('1'));
    const after = evaluatedOf(
      passing(3, 3).map((outcome, index) => ({
        ...outcome,
        problem: index === 1 ? 'new wording' : `problem of a-${index}`,
      })),
      suite('2'),
    );
    expect(() => pairingOf(before, after)).toThrow(/version 1.*version 2/);
    expect(() =>
      pairingOf(before, { ...before, head: { ...before.head, verifier: { name: 'sum', version: '2' } } }),
    ).toThrow(/judged by sum 1.*judged by sum 2/);
    const { missing, added, common } = pairingOf(before, after, { acrossVersions: true });
    expect({ missing, added, common }).toEqual({ missing: ['a-1'], added: ['a-1'], common: 2 });
  });

  it('of one id with two problems is refused within a version', () => {
    const after = evaluatedOf([{ sample: 'a-0', answer: 'pass', problem: 'another' }]);
    expect(() => pairingOf(evaluatedOf(passing(1, 1)), after)).toThrow('1 samples stand for different problems');
  });

  it('of another suite or split is refused, across versions too', () => {
    const before = evaluatedOf(passing(3, 3));
    const other = evaluatedOf(passing(3, 3), { suite: { name: 'products', version: '1', areas: ['a'], chance: 0 } });
    const steer = evaluatedOf(passing(3, 3), { split: 'steer' });
    expect(() => pairingOf(before, other, { acrossVersions: true })).toThrow(
      'holdout of sums and of holdout of products',
    );
    expect(() => pairingOf(before, steer, { acrossVersions: true })).toThrow('steer of sums');
  });

  it('without a common sample is refused', () => {
    expect(() => pairingOf(evaluatedOf(passing(3, 3, 'a')), evaluatedOf(passing(3, 3, 'b')))).toThrow(
      'no sample in common',
    );
    expect(() => pairingOf(evaluatedOf([]), evaluatedOf([]))).toThrow('no sample in common');
  });
});
