import { describe, expect, it } from 'vitest';
import { calibratedAnswers } from './calibrated.ts';

const measured = (wholeMs: readonly number[], ms: readonly number[]): Parameters<typeof calibratedAnswers>[0] => ({
  wholeMs: [...wholeMs],
  calibration: { workload: 'decode-1', ms: [...ms] },
});

describe('answers in units of the work around them', () => {
  it('divide by the mean of seven pieces, of fewer at either end', () => {
    // Means of 10…40, 10…50, 10…60, 10…70, 20…80, 30…80, 40…80, 50…80: 25, 30, 35, 40, 50, 55, 60, 65.
    const ms = [10, 20, 30, 40, 50, 60, 70, 80];
    expect(calibratedAnswers(measured([100, 120, 140, 160, 200, 220, 240, 260], ms))).toEqual([4, 4, 4, 4, 4, 4, 4, 4]);
  });

  it('are the same on a machine that is half as fast', () => {
    const [wholeMs, ms] = [
      [50, 80, 65, 90],
      [20, 21, 19, 24],
    ];
    const slower = measured(
      wholeMs.map((each) => 2 * each),
      ms.map((each) => 2 * each),
    );
    expect(calibratedAnswers(slower)).toEqual(calibratedAnswers(measured(wholeMs, ms)));
  });

  it('are none for no answer', () => expect(calibratedAnswers(measured([], []))).toEqual([]));
});
