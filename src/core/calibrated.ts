/** Latencies in units of a fixed piece of work, so that two machines, or two days of one, can be compared. */

import type { Measurement } from './records.ts';

/** Pieces of work on either side of the one before an answer that its unit is the mean of: one alone is as noisy as the answer. */
const AROUND = 3;

/**
 * Each whole answer's time divided by that of the work done around it: the mean of up to seven pieces, from three before the
 * answer's own to three after it. Load that slows the one slows the other, which is why they are taken from the same moments.
 *
 * **Shapes**: one number for each of `wholeMs`, in that order; none for none. Only measurements of one workload are
 * comparable.
 */
export function calibratedAnswers({ wholeMs, calibration }: Pick<Measurement, 'wholeMs' | 'calibration'>): number[] {
  return wholeMs.map((ms, index) => {
    const around = calibration.ms.slice(Math.max(0, index - AROUND), index + AROUND + 1);
    return (ms * around.length) / around.reduce((sum, each) => sum + each, 0);
  });
}
