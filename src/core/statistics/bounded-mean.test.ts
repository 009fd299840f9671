import { describe, expect, it } from 'vitest';
import { randomStream } from '../seed.ts';
import { MeanBounds } from './bounded-mean.ts';

/** 120 values, mean 0.7917. */
const VALUES = Array.from({ length: 10 }, () => [1, 0.5, 1, 1, 0.75, 1, 0, 1, 1, 1, 0.25, 1]).flat();

/** The first n at which a test of `limit` is decided at 95%. */
function decidedAt(values: readonly number[], limit: number, side: 'isAbove' | 'isBelow'): number | null {
  const bounds = new MeanBounds([limit]);
  for (const value of values) {
    bounds.add(value);
    if (bounds[side](limit, 0.95)) return bounds.n;
  }
  return null;
}

function boundsOf(values: readonly number[]): MeanBounds {
  const bounds = new MeanBounds();
  for (const value of values) bounds.add(value);
  return bounds;
}

describe('against confseq 0.0.11', () => {
  // bets = .05*2**arange(10); stakes = minimum(1, minimum(sqrt(bets/.4), (.8/bets)**2)), divided by their sum;
  // diversified_betting_mart(x, m, [lambda x, m, b=b: repeat(b, len(x)) for b in bets],
  //   lambdas_weights=where(bets*m <= 1, stakes, 0), theta=1, trunc_scale=1), and for "below" the same of 1 − x and 1 − m
  it.each([
    [0.6, 'isAbove', 39],
    [0.7, 'isAbove', null],
    [0.75, 'isAbove', null],
    [0.9, 'isBelow', 62],
    [0.95, 'isBelow', 31],
  ] as const)('capital against %d reaches 20 (%s) at value %s', (limit, side, n) => {
    expect(decidedAt(VALUES, limit, side)).toBe(n);
  });

  it('the running maximum against 0.7 is 17.588', () => {
    const bounds = new MeanBounds([0.7]);
    for (const value of VALUES) bounds.add(value);
    expect(bounds.isAbove(0.7, 1 - 1 / 17.588)).toBe(true);
    expect(bounds.isAbove(0.7, 1 - 1 / 17.5881)).toBe(false);
  });

  it('the bounds are where the last capital is 20', () => {
    // scipy.optimize.brentq of log(capital/20)
    expect(boundsOf(VALUES).lower(0.95)).toBeCloseTo(0.6948425340286939, 10);
    expect(boundsOf(VALUES).upper(0.95)).toBeCloseTo(0.8689967266054335, 10);
  });
});

it('bounds do not hang on the order of the values', () => {
  const shuffled = boundsOf(randomStream(1).shuffle(VALUES));
  expect(shuffled.lower(0.95)).toBeCloseTo(boundsOf(VALUES).lower(0.95)!, 12);
  expect(shuffled.upper(0.9)).toBeCloseTo(boundsOf(VALUES).upper(0.9)!, 12);
});

/** Share of 300 streams of up to 4,000 values at the boundary that are decided, wrongly, at 95%. */
function wrongShare(draw: (uniform: number) => number, limit: number, side: 'isAbove' | 'isBelow'): number {
  const random = randomStream(7, limit, side);
  let wrong = 0;
  for (let stream = 0; stream < 300; stream++) {
    const bounds = new MeanBounds([limit]);
    for (let n = 0; n < 4000; n++) bounds.add(draw(random.next()));
    if (bounds[side](limit, 0.95)) wrong++;
  }
  return wrong / 300;
}

describe('looking after every value, at most 5% are decided wrongly', () => {
  // Three binomial errors of 300 streams at 5%: 0.038
  const slack = 3 * Math.sqrt((0.05 * 0.95) / 300);

  it.each(['isAbove', 'isBelow'] as const)(
    'a difference of the margin exactly, one pair in ten discordant: %s',
    (side) => {
      // Differences of −1 in 6% and 1 in 4%, mean −0.02, as (d + 1)/2
      const draw = (uniform: number): number => (uniform < 0.04 ? 1 : uniform < 0.1 ? 0 : 0.5);
      expect(wrongShare(draw, 0.49, side)).toBeLessThan(0.05 + slack);
    },
  );

  it.each(['isAbove', 'isBelow'] as const)('a rate of the floor exactly: %s', (side) => {
    expect(wrongShare((uniform) => (uniform < 0.95 ? 1 : 0), 0.95, side)).toBeLessThan(0.05 + slack);
  });
});

it('decides what holds: a rate of 97% is above 95%, of 93% below', () => {
  const random = randomStream(8);
  const drawn = (rate: number): number[] => Array.from({ length: 8000 }, () => (random.next() < rate ? 1 : 0));
  expect(decidedAt(drawn(0.97), 0.95, 'isAbove')).not.toBeNull();
  expect(decidedAt(drawn(0.93), 0.95, 'isBelow')).not.toBeNull();
});

it('values at the very ends stay within 0 to 1 and lose no capital for ever', () => {
  // All zeros: no mean above 0 is shown; the upper bound falls with n
  const zeros = boundsOf(Array<number>(1000).fill(0));
  expect(zeros.lower(0.95)).toBe(0);
  expect(zeros.upper(0.95)).toBeLessThan(0.01);
  const limits = new MeanBounds([0, 0.05, 1]);
  for (let n = 0; n < 500; n++) limits.add(0);
  for (let n = 0; n < 2000; n++) limits.add(1);
  expect(limits.isAbove(0.05, 0.95)).toBe(true);
  expect(limits.isAbove(0, 0.95)).toBe(true);
  expect(limits.isAbove(1, 0.95)).toBe(false);
});

it('no values, no bounds', () => {
  expect(new MeanBounds().lower(0.95)).toBeNull();
  expect(new MeanBounds().upper(0.95)).toBeNull();
  expect(new MeanBounds([0.5]).isAbove(0.5, 0.95)).toBe(false);
});

it('what is no share is refused, and so is a limit that was not watched', () => {
  const config = expect.objectContaining({ code: 'config' });
  for (const limit of [-0.1, 1.1, Number.NaN]) expect(() => new MeanBounds([limit])).toThrow(config);
  const bounds = new MeanBounds([0.5]);
  for (const value of [-0.1, 1.1, Number.NaN]) {
    expect(() => bounds.add(value)).toThrow(expect.objectContaining({ code: 'record', place: 'value 0' }));
  }
  for (const confidence of [0, 1, Number.NaN]) expect(() => bounds.isAbove(0.5, confidence)).toThrow(config);
  expect(() => bounds.isBelow(0.4, 0.95)).toThrow(config);
});
