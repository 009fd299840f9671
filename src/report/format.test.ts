import { expect, it } from 'vitest';
import { proportion } from '../core/statistics/proportion.ts';
import {
  basis,
  count,
  decimal,
  interval,
  megabytes,
  milliseconds,
  percent,
  points,
  probability,
  seconds,
} from './format.ts';

it('writes what is not known as a dash and not as 0', () => {
  const nothing = proportion(0, 0);
  const unknown = [
    percent(null),
    points(null),
    interval(nothing),
    milliseconds(null),
    count(null),
    megabytes(null),
    decimal(null, 2),
  ];
  expect(new Set(unknown)).toEqual(new Set(['–']));
});

it('writes shares with their interval, what they rest on and what was left out', () => {
  // Wilson for 5 of 5: 5 / (5 + 1.96²) = 0.566 to 1.
  expect([percent(1), interval(proportion(5, 5)), basis(proportion(5, 5))]).toEqual(['100.0%', '56.6–100.0%', 'n=5']);
  expect(basis(proportion(900, 1000, 3))).toBe('n=1,000, 3 unscored');
});

it('writes differences in points with a sign, and none for what rounds to nothing', () => {
  expect([points(0.743), points(-0.02), points(-0.0001), points(0)]).toEqual(['+74.3', '−2.0', '0.0', '0.0']);
});

it('writes durations in the unit that fits them', () => {
  expect([milliseconds(8.26), milliseconds(142.6), milliseconds(12_400)]).toEqual(['8.3 ms', '143 ms', '12.4 s']);
  expect([seconds(47.2), seconds(59.6), seconds(200)]).toEqual(['47 s', '1 min 0 s', '3 min 20 s']);
});

it('writes small probabilities as a bound', () => {
  expect([probability(0.031), probability(0.00042), probability(1e-9)]).toEqual([
    'p = 0.031',
    'p = 0.0004',
    'p < 0.0001',
  ]);
});
