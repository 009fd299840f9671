import { describe, expect, it } from 'vitest';
import { verifierConformance } from './conformance.ts';
import { judge, sampleOf } from './fixtures/judging.ts';
import { quantity } from './quantity.ts';

const verdict = (expected: string, answer: string) =>
  judge(quantity, `<think>a</think><answer>${answer}</answer>`, { sample: sampleOf({ expected }) });

describe('quantity', () => {
  // 36 km/h is 36,000 m in 3,600 s; 1 kWh is 3.6 MJ; 25 °C is 298.15 K; a foot is 12 inches; 60 mi/h is 26.8224 m/s.
  it.each([
    ['5 m', '500 cm'],
    ['36 km/h', '10 m/s'],
    ['36 km/h', '36 kilometers per hour'],
    ['1 kWh', '3.6 MJ'],
    ['25 degC', '298.15 K'],
    ['2 ft', '24 inches'],
    ['60 mph', '26.8224 m/s'],
    ['90 degrees', '\\frac{\\pi}{2} rad'],
    ['12 square inches', '12\\text{ in}^2'],
    ['\\frac{3}{2}\\text{ hours}', '90 min'],
  ])('%s is %s', async (expected, answer) => {
    expect(await verdict(expected, answer)).toBe('pass');
  });

  it.each([
    ['5 m', '5', 'missing-unit'],
    ['5 m', '5 cm', 'wrong-answer'],
    ['5 m', '5 kg', 'wrong-unit'],
    ['5 m', '5 flurbs', 'wrong-unit'],
    ['5 m', 'five metres', 'wrong-kind'],
    ['12 in^2', '12 in', 'wrong-unit'],
  ])('%s is not %s: %s', async (expected, answer, reason) => {
    expect(await verdict(expected, answer)).toBe(reason);
  });

  it.each([
    ['', 'bad-expected'],
    ['5', 'bad-expected'],
    ['5 flurbs', 'unknown-unit'],
  ])('the expected answer %j is the fault of the suite: %s', async (expected, reason) => {
    expect(await verdict(expected, '5 m')).toBe(reason);
  });

  it('keeps the contract of verifiers', async () => {
    expect(await verifierConformance(quantity, sampleOf({ expected: '5 m' }))).toEqual([]);
  });
});
