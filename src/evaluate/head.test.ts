import { describe, expect, it } from 'vitest';
import { headSchema } from '../core/evaluated.ts';
import type { Sample } from '../core/sample.ts';
import { defineSuite } from '../core/suite.ts';
import { defineVerifier, verdictOf } from '../core/verdict.ts';
import { evaluationHead } from './head.ts';

const sample = (id: string, split: Sample['split'] = 'holdout'): Sample => {
  return { id, suite: 'sums', area: 'a', split, prompt: id, key: id };
};
const suite = defineSuite({
  name: 'sums',
  version: '3',
  areas: ['a'],
  chance: 0.25,
  samples: [sample('x'), sample('y'), sample('z', 'stretch')],
  verify: defineVerifier({ name: 'sum', version: '7', verify: () => verdictOf([]) }),
  key: ({ prompt }) => prompt,
});
const of = (samples: Sample[]) =>
  evaluationHead({ suite, samples, model: { reference: 'm', fingerprint: 'f' }, versions: { proofstill: '0.1.0' } });

describe('the head of an evaluation', () => {
  it('says of what suite, verifier, split and model it is, and passes its own schema', () => {
    const head = of([sample('x')]);
    expect(head).toMatchObject({
      suite: { name: 'sums', version: '3', areas: ['a'], chance: 0.25 },
      verifier: { name: 'sum', version: '7' },
      split: 'holdout',
      model: { reference: 'm', fingerprint: 'f' },
    });
    expect(headSchema.parse(head)).toEqual(head);
  });

  it('says how many of the committed samples of the split were asked', () => {
    expect(of([sample('x')]).samples).toMatchObject({ n: 1, of: 2 });
    expect(of([sample('x'), sample('y')]).samples).toMatchObject({ n: 2, of: 2 });
  });

  it('takes fresh samples as all that there are of them', () => {
    expect(of([sample('fresh-1'), sample('fresh-2'), sample('fresh-3')]).samples).toMatchObject({ n: 3, of: 3 });
  });

  it('of no sample is refused', () => {
    expect(() => of([])).toThrow('at least one sample');
  });
});
