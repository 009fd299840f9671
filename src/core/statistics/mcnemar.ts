/** Whether two models differ on the same samples. */

import { binomialMass } from './beta.ts';

/**
 * McNemar's exact two-sided test on the discordant pairs: `p = min(1, 2·P[Bin(b+c, ½) ≤ min(b, c)])`
 * (Q. McNemar, Psychometrika 12, 1947; exact form as in Fagerland et al., BMC Med. Res. Methodol. 13:91, 2013).
 * @returns 1 when no pair differs.
 */
export function mcnemarExact(fixed: number, broken: number): number {
  const pairs = fixed + broken;
  let logTerm = -pairs * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= Math.min(fixed, broken); k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((pairs - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}

/**
 * McNemar's mid-p test: the exact test without half of the probability of what was seen (Fagerland et al., as above). Less
 * conservative; its size may pass the level by a little.
 * @returns 1 when no pair differs.
 */
export function mcnemarMidP(fixed: number, broken: number): number {
  const pairs = fixed + broken;
  if (fixed === broken) return pairs === 0 ? 1 : 1 - binomialMass(fixed, pairs, 0.5);
  return mcnemarExact(fixed, broken) - binomialMass(Math.min(fixed, broken), pairs, 0.5);
}
