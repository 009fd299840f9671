import { expect, it } from 'vitest';
import {
  detectableDifference,
  fewestPairsForMargin,
  pairsForDifference,
  pairsForMargin,
  samplesForFloor,
} from './power.ts';

// (1.959964 + 0.841621)² = 7.848879 for a two-sided 5% and 80% power; (1.644854 + 0.841621)² = 6.182557 one-sided.
it('a difference of 5 points at 10% discordance needs 7.848879·(0.1 − 0.0025)/0.0025 = 306.1, so 307 pairs; of 2 points 1,955', () => {
  expect(pairsForDifference(0.05)).toBe(307);
  expect(pairsForDifference(0.02)).toBe(1955);
});

it('a margin of 2 points at 10% discordance needs 6.182557·0.1/0.0004 = 1,545.6, so 1,546 pairs; of 3 points 687', () => {
  expect(pairsForMargin(0.02)).toBe(1546);
  expect(pairsForMargin(0.03)).toBe(687);
});

it('307 pairs show 5 points and no less than 4.99', () => {
  expect(detectableDifference(307)).toBeLessThanOrEqual(0.05);
  expect(detectableDifference(307)).toBeGreaterThan(0.0499);
});

it('so few pairs that none of their differences can be shown have no detectable difference', () => {
  // All discordant pairs on one side: 7.848879·(0.1 − 0.01)/0.01 = 70.6.
  expect(detectableDifference(70)).toBeNull();
  expect(detectableDifference(71)).toBeCloseTo(0.1, 3);
  expect(detectableDifference(0)).toBeNull();
});

it('a perfect score shows 95% after 59 samples, and no discordant pair a margin of 2 points after 149', () => {
  // 0.95^59 = 0.0485, 0.95^58 = 0.0510; 0.98^149 = 0.0493, 0.98^148 = 0.0503.
  expect(samplesForFloor(0.95)).toBe(59);
  expect(fewestPairsForMargin(0.02)).toBe(149);
});

it('NaN, no margin and a difference above the discordance are refused', () => {
  expect(() => pairsForMargin(0)).toThrow('between 0 and 1, got 0');
  expect(() => pairsForMargin(Number.NaN)).toThrow('got NaN');
  expect(() => pairsForDifference(0.2)).toThrow('got 0.2');
});
