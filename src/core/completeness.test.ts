import { describe, expect, it } from 'vitest';
import { evaluatedOf, headOf, passing, scoredOf } from '../../test/fixtures/evaluated.ts';
import { incompleteness } from './completeness.ts';

const twice = (samples: readonly string[]) =>
  samples.flatMap((sample) => [0, 1].map((attempt) => scoredOf({ sample, attempt, answer: 'pass' })));
const head = headOf(2, { decoding: { attempts: 2, maxTokens: 16, temperature: 0.6, topP: 1, seed: 1 } });

describe('an evaluation', () => {
  it('is complete with each attempt at each sample once, and with none where none was asked', () => {
    expect(incompleteness(head, twice(['x', 'y']))).toBeUndefined();
    expect(incompleteness(headOf(0), [])).toBeUndefined();
  });

  it.each([
    [twice(['x']), '2 of 4 attempts'],
    [twice(['x', 'y']).slice(1), '3 of 4 attempts'],
    [[...twice(['x']), ...twice(['x'])], 'attempt 0 at sample x is there twice'],
    [twice(['x', 'y', 'z']), 'there are 3 samples, and 2 were asked'],
    [
      [...twice(['x']), ...twice(['y']).slice(1), scoredOf({ sample: 'x', attempt: 2, answer: 'pass' })],
      'sample x has 3 attempts, and 2 were asked',
    ],
    [[scoredOf({ sample: 'x', area: 'c', answer: 'pass' })], 'sample x is of area "c"'],
  ])('with something missing, twice or of nowhere says so', (attempts, fault) => {
    expect(incompleteness(head, attempts)).toContain(fault);
  });

  it('of another tool that does not say how many attempts there were needs one at each sample', () => {
    const { decoding: _, ...imported } = headOf(2);
    expect(incompleteness(imported, twice(['x', 'y']))).toBeUndefined();
    expect(incompleteness(imported, twice(['x']))).toContain('1 of 2');
    expect(incompleteness(evaluatedOf(passing(2, 3)).head, evaluatedOf(passing(2, 3)).attempts)).toBeUndefined();
  });
});
