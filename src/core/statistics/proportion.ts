/** Shares with their intervals. Empty input gives `null`, never 0 or NaN. */

/** Two-sided 95% normal quantile. */
export const Z95 = 1.959963984540054;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A share with everything needed to believe it. `value`, `low`, `high` are 0 to 1, or `null` when nothing was scored. */
export interface Proportion {
  readonly value: number | null;
  readonly n: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Left out of `n`: the harness could not judge them. */
  readonly unscored: number;
}

/**
 * Wilson's score interval (E. B. Wilson, JASA 22, 1927, p. 209) for `passed` of `n`; 5 of 5 gives 0.566 to 1.
 * @param z normal quantile of the wanted two-sided level. @default 95%
 */
export function wilson(passed: number, n: number, z: number = Z95): Interval | null {
  if (n === 0) return null;
  const share = passed / n;
  const z2 = z * z;
  const centre = share + z2 / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}

export function proportion(passed: number, n: number, unscored = 0): Proportion {
  const interval = wilson(passed, n);
  if (!interval) return { value: null, n, low: null, high: null, unscored };
  return { value: passed / n, n, ...interval, unscored };
}

/** How many samples a perfect score needs before its Wilson lower bound reaches `target`: n/(n+z²) ≥ target. */
export function samplesToShow(target: number, z: number = Z95): number {
  return Math.ceil((target * z * z) / (1 - target));
}
