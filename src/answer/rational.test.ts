import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from './limits.ts';
import { Rational } from './rational.ts';

const fraction = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 12n }))
  .map(([numerator, denominator]) => Rational.of(numerator, denominator));
const read = (text: string): Rational => Rational.parse(text) as Rational;

function reasonOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Refusal ? error.reason : `not a refusal: ${error}`;
  }
}

describe('Rational', () => {
  it.each([
    ['6/-4', '-3/2'],
    ['-0.125', '-1/8'],
    ['.5', '1/2'],
    ['5.', '5'],
    ['2.50', '5/2'],
    ['0.1/0.3', '1/3'],
    ['-0', '0'],
  ])('reads %s as %s', (text, lowest) => {
    expect(read(text).toString()).toBe(lowest);
  });

  it.each(['', '1/0', '1/2/3', '1e5', '0x10', '1_000', 'Infinity', '--1', '1.2.3', '٣'])(
    'reads %j as nothing',
    (text) => {
      expect(Rational.parse(text)).toBeUndefined();
    },
  );

  it('is a field: sums and products undo, and distribute', () => {
    fc.assert(
      fc.property(fraction, fraction, fraction, (a, b, c) => {
        expect(a.plus(b).minus(b).equals(a)).toBe(true);
        expect(a.times(b.plus(c)).equals(a.times(b).plus(a.times(c)))).toBe(true);
        if (!b.isZero) expect(a.times(b).dividedBy(b).equals(a)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('orders as doubles do, where doubles can tell', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer({ min: 1 }), (left, right, denominator) => {
        const order = Rational.of(left, denominator).compare(Rational.of(right, denominator));
        expect(order).toBe(Math.sign(left - right));
      }),
      { numRuns: 200 },
    );
  });

  // (2/3)^-3 = 27/8; (-1)^odd = -1 whatever the size; 2024^300 has 1 + ⌊300·log10(2024)⌋ = 992 digits.
  it('raises to whole powers exactly', () => {
    expect(read('2/3').power(read('-3')).toString()).toBe('27/8');
    expect(read('-2/3').power(read('-3')).toString()).toBe('-27/8');
    expect(
      read('-1')
        .power(Rational.of(10n ** 50n + 1n))
        .toString(),
    ).toBe('-1');
    expect(read('2024').power(read('300')).toString()).toHaveLength(992);
  });

  it('finds a square root exactly where it is a fraction', () => {
    expect(read('49/64').squareRoot().toString()).toBe('7/8');
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (root) => {
        expect(Rational.of(root * root).squareRoot().numerator).toBe(root);
      }),
      { numRuns: 100 },
    );
    expect(reasonOf(() => read('2').squareRoot())).toBe('not-exact');
    expect(reasonOf(() => read('-4').squareRoot())).toBe('undefined');
  });

  it('refuses what has no value or no room, with the reason', () => {
    const refusals = [
      () => read('1').dividedBy(Rational.ZERO),
      () => Rational.ZERO.power(Rational.ZERO),
      () => Rational.ZERO.power(read('-1')),
      () => read('2').power(read('1/2')),
      () => read('9').power(read('387420489')),
      () => Rational.of(3n ** 1_100n, 2n ** 1_100n),
      () => Rational.of(4n ** 1_000n).squareRoot(),
      () => Rational.of(0.5),
    ].map(reasonOf);
    expect(refusals).toEqual([
      'division-by-zero',
      'undefined',
      'division-by-zero',
      'not-exact',
      'too-large',
      'too-large',
      'too-large',
      'not-numeric',
    ]);
  });
});
