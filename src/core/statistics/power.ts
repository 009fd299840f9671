/** How many samples a question needs, and how small a difference so many samples can show. Normal approximations, for planning. */

import { requireBetween, requireCount } from './boundary.ts';
import { normalQuantile } from './normal.ts';

/** Share of pairs that differ, where none were seen yet: what two checkpoints of one model typically show. */
export const ASSUMED_DISCORDANCE = 0.1;

export interface PowerOptions {
  /** Share of pairs of which one model alone is right. @default 0.1 */
  readonly discordance?: number;
  /** Of the test: two-sided for a difference, one-sided for a margin. @default 0.95 */
  readonly confidence?: number;
  /** Probability that what is there is shown. @default 0.8 */
  readonly power?: number;
}

/**
 * Pairs that show a difference of `difference` (a share) two-sided: 307 for 5 points at 10% discordance, 1,955 for 2.
 * The variance of a difference of pairs is their discordance less the square of the difference.
 * @throws `config` error unless `difference` is above 0 and at most the discordance.
 * @see O. S. Miettinen, Biometrics 24, 1968, 339–352.
 */
export function pairsForDifference(difference: number, options: PowerOptions = {}): number {
  const { discordance, twoSided, power } = normalised(options);
  requireBetween('difference', difference, [0, discordance + Number.EPSILON]);
  return Math.max(1, Math.ceil(((twoSided + power) / difference) ** 2 * (discordance - difference ** 2)));
}

/**
 * Smallest difference (a share) that `n` pairs show: the inverse of {@link pairsForDifference}.
 * @returns `null` where the discordance is too low for any difference to be shown with so few pairs.
 */
export function detectableDifference(n: number, options: PowerOptions = {}): number | null {
  requireCount('n', n);
  const { discordance } = normalised(options);
  if (n === 0 || pairsForDifference(discordance, options) > n) return null;
  let low = 0;
  let high = discordance;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (pairsForDifference(middle, options) > n) low = middle;
    else high = middle;
  }
  return high;
}

/** Pairs that show an equal model not worse by `margin` or more, one-sided: 1,546 for 2 points at 10% discordance, 687 for 3. */
export function pairsForMargin(margin: number, options: PowerOptions = {}): number {
  requireBetween('margin', margin);
  const { discordance, oneSided, power } = normalised(options);
  return Math.ceil(((oneSided + power) / margin) ** 2 * discordance);
}

/** Samples after which a perfect score shows a rate above `floor`, exactly: 59 for 95% at 95% confidence. */
export function samplesForFloor(floor: number, confidence = 0.95): number {
  requireBetween('floor', floor);
  requireBetween('confidence', confidence);
  return Math.ceil(Math.log1p(-confidence) / Math.log(floor));
}

/** Pairs after which not one discordant pair shows a loss below `margin`, exactly: 149 for 2 points at 95% confidence. */
export function fewestPairsForMargin(margin: number, confidence = 0.95): number {
  requireBetween('margin', margin);
  requireBetween('confidence', confidence);
  return Math.ceil(Math.log1p(-confidence) / Math.log1p(-margin));
}

function normalised({ discordance = ASSUMED_DISCORDANCE, confidence = 0.95, power = 0.8 }: PowerOptions) {
  requireBetween('discordance', discordance, [0, 1 + Number.EPSILON]);
  requireBetween('confidence', confidence);
  requireBetween('power', power);
  return {
    discordance,
    twoSided: normalQuantile((1 + confidence) / 2),
    oneSided: normalQuantile(confidence),
    power: normalQuantile(power),
  };
}
