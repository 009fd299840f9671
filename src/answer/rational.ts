/** Exact fractions on BigInt, within limits: what can be decided exactly is never rounded. */

import { LIMITS, Refusal } from './limits.ts';

const NUMBER = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))$/;

/** A fraction in lowest terms with a denominator above zero; equal values have equal parts. Never changes. */
export class Rational {
  static readonly ZERO: Rational = new Rational(0n, 1n);
  static readonly ONE: Rational = new Rational(1n, 1n);

  readonly numerator: bigint;
  readonly denominator: bigint;

  private constructor(numerator: bigint, denominator: bigint) {
    this.numerator = numerator;
    this.denominator = denominator;
  }

  /**
   * The fraction of two whole numbers, reduced.
   * @throws Refusal `division-by-zero`, `too-large`, or `not-numeric` for a number that is not a safe integer.
   */
  static of(numerator: bigint | number, denominator: bigint | number = 1n): Rational {
    const top = wholeOf(numerator);
    const bottom = wholeOf(denominator);
    if (bottom === 0n) throw new Refusal('division-by-zero');
    const sizes = [bitsOf(top), bitsOf(bottom)];
    if (Math.max(...sizes) > LIMITS.bits) throw new Refusal('too-large');
    if (bottom === 1n) return new Rational(top, 1n);
    if (Math.min(...sizes) > LIMITS.fractionBits) throw new Refusal('too-large');
    const divisor = greatestCommonDivisor(top, bottom) * (bottom < 0n ? -1n : 1n);
    return new Rational(top / divisor, bottom / divisor);
  }

  /** Reads `-3`, `0.25`, `.5` or `3/4`; `undefined` for anything else, a zero denominator or too many digits. */
  static parse(text: string): Rational | undefined {
    if (text.length > LIMITS.characters) return undefined;
    const parts = text.split('/').map((part) => decimal(part.trim()));
    const [top, bottom] = parts;
    if (!top || parts.length > 2) return undefined;
    if (parts.length === 1) return top;
    try {
      return bottom && !bottom.isZero ? top.dividedBy(bottom) : undefined;
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }

  get isZero(): boolean {
    return this.numerator === 0n;
  }

  get isWhole(): boolean {
    return this.denominator === 1n;
  }

  /** -1, 0 or 1. */
  get sign(): -1 | 0 | 1 {
    if (this.numerator === 0n) return 0;
    return this.numerator < 0n ? -1 : 1;
  }

  negated(): Rational {
    return new Rational(-this.numerator, this.denominator);
  }

  plus(other: Rational): Rational {
    return Rational.of(
      this.numerator * other.denominator + other.numerator * this.denominator,
      this.denominator * other.denominator,
    );
  }

  minus(other: Rational): Rational {
    return this.plus(other.negated());
  }

  times(other: Rational): Rational {
    return Rational.of(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  /** @throws Refusal `division-by-zero`. */
  dividedBy(other: Rational): Rational {
    return Rational.of(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  /**
   * This to a whole power; the result's size is known, and refused, before it is computed.
   * @throws Refusal `undefined` for 0^0, `division-by-zero` for 0 to a negative power, `not-exact` for a fraction as
   * exponent, `too-large`.
   */
  power(exponent: Rational): Rational {
    if (!exponent.isWhole) throw new Refusal('not-exact');
    const times = exponent.numerator < 0n ? -exponent.numerator : exponent.numerator;
    if (this.isZero && times === 0n) throw new Refusal('undefined');
    if (this.isZero && exponent.sign < 0) throw new Refusal('division-by-zero');
    if (this.isZero) return this;
    if (this.denominator === 1n && (this.numerator === 1n || this.numerator === -1n)) {
      return times % 2n === 0n ? Rational.ONE : this;
    }
    // A number of b bits is at least 2^(b-1), so its n-th power has more than n(b-1) bits.
    const growth = Math.max(1, Math.max(bitsOf(this.numerator), bitsOf(this.denominator)) - 1);
    if (times > BigInt(Math.floor(LIMITS.bits / growth))) throw new Refusal('too-large');
    const top = this.numerator ** times;
    const bottom = this.denominator ** times;
    const [numerator, denominator] = exponent.sign < 0 ? [bottom, top] : [top, bottom];
    if (Math.max(bitsOf(top), bitsOf(bottom)) > LIMITS.bits) throw new Refusal('too-large');
    // Powers of coprime numbers are coprime: there is nothing to reduce but the sign.
    return denominator < 0n ? new Rational(-numerator, -denominator) : new Rational(numerator, denominator);
  }

  /** The square root where it is a fraction. @throws Refusal as {@link root}. */
  squareRoot(): Rational {
    return this.root(2n);
  }

  /**
   * The real root of a whole degree above zero, where it is a fraction; of a negative number for an odd degree.
   * @throws Refusal `undefined` for an even root below zero or a degree of zero, `not-exact` where irrational, `too-large`.
   */
  root(degree: bigint): Rational {
    if (degree < 1n || (this.sign < 0 && degree % 2n === 0n)) throw new Refusal('undefined');
    if (Math.max(bitsOf(this.numerator), bitsOf(this.denominator)) > LIMITS.fractionBits)
      throw new Refusal('too-large');
    if (this.sign < 0) return this.negated().root(degree).negated();
    const numerator = wholeRoot(this.numerator, degree);
    const denominator = wholeRoot(this.denominator, degree);
    if (numerator ** degree !== this.numerator || denominator ** degree !== this.denominator)
      throw new Refusal('not-exact');
    return new Rational(numerator, denominator);
  }

  /** The largest whole number that is not above this. */
  floor(): Rational {
    const quotient = this.numerator / this.denominator;
    return new Rational(this.isWhole || this.numerator >= 0n ? quotient : quotient - 1n, 1n);
  }

  /** The nearest double; infinite where none is near. */
  toNumber(): number {
    const excess = Math.max(bitsOf(this.numerator), bitsOf(this.denominator)) - 1_000;
    if (excess <= 0) return Number(this.numerator) / Number(this.denominator);
    // 128 bits of quotient hold more than a double's 53.
    const shift = BigInt(128 - bitsOf(this.numerator) + bitsOf(this.denominator));
    const quotient =
      shift > 0n ? (this.numerator << shift) / this.denominator : this.numerator / (this.denominator << -shift);
    return Number(quotient) * 2 ** -Number(shift);
  }

  /** Below zero where this is the smaller, above where it is the larger, zero where both are equal. */
  compare(other: Rational): number {
    const left = this.numerator * other.denominator;
    const right = other.numerator * this.denominator;
    if (left === right) return 0;
    return left < right ? -1 : 1;
  }

  equals(other: Rational): boolean {
    return this.numerator === other.numerator && this.denominator === other.denominator;
  }

  /** `-3/2`, or `4` where whole. */
  toString(): string {
    return this.isWhole ? `${this.numerator}` : `${this.numerator}/${this.denominator}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

function wholeOf(value: bigint | number): bigint {
  if (typeof value === 'bigint') return value;
  if (!Number.isSafeInteger(value)) throw new Refusal('not-numeric');
  return BigInt(value);
}

/** Bits of a whole number's size; 1 for zero. */
function bitsOf(value: bigint): number {
  const hexadecimal = (value < 0n ? -value : value).toString(16);
  return (hexadecimal.length - 1) * 4 + Number.parseInt(hexadecimal.charAt(0), 16).toString(2).length;
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let a = left < 0n ? -left : left;
  let b = right < 0n ? -right : right;
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** The whole part of a root, by Newton's iteration from above. */
function wholeRoot(value: bigint, degree: bigint): bigint {
  if (value < 2n || degree === 1n) return value;
  if (degree >= BigInt(bitsOf(value))) return 1n;
  let guess = 1n << BigInt(Math.ceil(bitsOf(value) / Number(degree)));
  for (;;) {
    const next = ((degree - 1n) * guess + value / guess ** (degree - 1n)) / degree;
    if (next >= guess) return guess;
    guess = next;
  }
}

function decimal(text: string): Rational | undefined {
  const match = NUMBER.exec(text);
  if (!match || text.length > LIMITS.digits) return undefined;
  const [, sign, whole = '', fraction = match[4] ?? ''] = match;
  const value = BigInt(`${whole}${fraction}`);
  try {
    return Rational.of(sign === '-' ? -value : value, 10n ** BigInt(fraction.length));
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
