/** Several tests at once, such as one for each area, with one bound on the chance of any false alarm. */

import { requireShare } from './boundary.ts';

/**
 * Holm–Bonferroni adjusted p-values, in the order given: all that are at most α can be believed together with a chance of at
 * most α that any of them is false, whatever their dependence (S. Holm, Scand. J. Stat. 6, 1979, 65–70).
 * @returns an empty list for an empty list.
 */
export function holm(pValues: readonly number[]): number[] {
  for (const p of pValues) requireShare('p', p);
  const order = pValues.map((_, index) => index).sort((left, right) => pValues[left]! - pValues[right]!);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[index]!));
    adjusted[index] = largest;
  });
  return adjusted;
}
