/**
 * How many of the traces that a verifier let through deserve it. A verifier that accepts 1% of wrong traces keeps hardly
 * any where the teacher is mostly right, and as many wrong ones as right ones where the teacher is right once in a hundred.
 */

import type { Random } from '../seed.ts';
import { betaQuantile, regularizedBeta } from './beta.ts';
import { requireCount, requirePassed } from './boundary.ts';

/** What is known of a verifier and of what it was shown. */
export interface KeptCounts {
  /** Traces that were judged, and those of them that passed. */
  readonly drawn: number;
  readonly passed: number;
  /** Of a labelled table's wrong rows, those that the verifier accepted. */
  readonly wrong: number;
  readonly falseAccepts: number;
  /** Of its right rows, those that the verifier rejected. */
  readonly right: number;
  readonly falseRejects: number;
}

/** Shares from 0 to 1: the posterior's median with its 95% interval. */
export interface KeptPrecision {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Traces that passed. */
  readonly n: number;
}

const DRAWS = 4000;

/**
 * Estimates which share of the traces that passed is right.
 *
 * With the teacher right at rate π, false accepts at rate a and false rejects at rate r, traces pass at rate
 * q = π(1 − r) + (1 − π)a (Rogan & Gladen, American Journal of Epidemiology 107, 1978), and of those that pass
 * 1 − (1 − π)a/q are right. All three rates are uncertain: with uniform priors on π, a and r, the posterior is drawn from.
 * Given a and r, q is uniform between them a priori, so that its posterior is a beta cut off at a and 1 − r; a draw of a and r
 * weighs as much as that cut leaves over. So a low pass rate also tells that a is low, and nothing has to be clamped.
 * **Cost**: some 0.2 s.
 * @returns `null` where nothing passed, where no labelled row is wrong (then nobody knows how often the verifier is
 * fooled), and where so few or so many pass that the labelled table cannot be about these traces.
 */
export function keptPrecision(counts: KeptCounts, random: Random): KeptPrecision | null {
  const { drawn, passed, wrong, falseAccepts, right, falseRejects } = counts;
  requirePassed(passed, drawn);
  requirePassed(falseAccepts, wrong);
  requirePassed(falseRejects, right);
  requireCount('drawn', drawn, 0);
  if (passed === 0 || wrong === 0) return null;
  const [alpha, beta] = [passed + 1, drawn - passed + 1];
  // Never 0, at which a rate would be 0 and a share of nothing asked for.
  const uniform = (): number => random.next() + 2 ** -33;
  const draws = Array.from({ length: DRAWS }, () => {
    const accepting = betaQuantile(uniform(), falseAccepts + 1, wrong - falseAccepts + 1);
    const rejecting = betaQuantile(uniform(), falseRejects + 1, right - falseRejects + 1);
    const width = 1 - rejecting - accepting;
    const [low, high] = width > 0 ? [accepting, 1 - rejecting] : [1 - rejecting, accepting];
    const below = regularizedBeta(low, alpha, beta);
    const between = regularizedBeta(high, alpha, beta) - below;
    const passing = Math.min(high, Math.max(low, betaQuantile(below + uniform() * between, alpha, beta)));
    const teacher = (passing - accepting) / width;
    return { precision: 1 - ((1 - teacher) * accepting) / passing, weight: between / Math.abs(width) };
  });
  draws.sort((one, other) => one.precision - other.precision);
  const total = draws.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return null;
  const quantile = (share: number): number => {
    let left = share * total;
    for (const { precision, weight } of draws) {
      left -= weight;
      if (left <= 0) return precision;
    }
    return draws.at(-1)!.precision;
  };
  return { value: quantile(0.5), low: quantile(0.025), high: quantile(0.975), n: passed };
}
