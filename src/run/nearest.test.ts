import { expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

it.each([
  // Published examples: Wagner–Fischer's and Wikipedia's, and one swap.
  ['kitten', 'sitting', 3],
  ['saturday', 'sunday', 3],
  ['epohcs', 'epochs', 1],
  ['', 'abc', 3],
  ['same', 'same', 0],
])('%s and %s are %i edits apart', (from, to, edits) => {
  expect(editDistance(from, to)).toBe(edits);
  expect(editDistance(to, from)).toBe(edits);
});

it('suggests the closest name, whatever its case, and nothing that is not close', () => {
  const names = ['rounds', 'minutes', 'candidates'];
  expect(nearest('Round', names)).toBe('rounds');
  expect(nearest('minuets', names)).toBe('minutes');
  expect(nearest('latency', names)).toBeUndefined();
  expect(nearest('x', [])).toBeUndefined();
});
