/**
 * The regularised incomplete beta function, on which binomial and Student tails stand. Its leading factor is a binomial
 * mass by Loader's saddle-point expansion, for differences of log-gammas lose six digits at n = 100,000.
 */

const LN_TWO_PI = Math.log(2 * Math.PI);
/** Smallest denominator of the continued fraction. */
const TINY = 1e-300;

/**
 * The binomial probability of `k` successes in `n` draws, for real `k` and `n` as well.
 * @see C. Loader, Fast and Accurate Computation of Binomial Probabilities, 2000, section 3.
 */
export function binomialMass(k: number, n: number, p: number, q: number = 1 - p): number {
  if (k < 0 || k > n) return 0;
  if (p <= 0) return k === 0 ? 1 : 0;
  if (q <= 0) return k === n ? 1 : 0;
  if (k === 0) return Math.exp(n * (p < 0.5 ? Math.log1p(-p) : Math.log(q)));
  if (k === n) return Math.exp(n * (q < 0.5 ? Math.log1p(-q) : Math.log(p)));
  const exponent =
    stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * p) - deviance(n - k, n * q);
  return Math.exp(exponent - (LN_TWO_PI + Math.log(k) + Math.log1p(-k / n)) / 2);
}

/**
 * I_x(a, b) for positive `a` and `b`: the probability that a beta variable is at most `x`.
 * @param y 1 − x, given apart where x is so near to 1 that the difference would lose digits.
 * @see NIST DLMF 8.17.22, the continued fraction, evaluated by Lentz's method.
 */
export function regularizedBeta(x: number, a: number, b: number, y: number = 1 - x): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const factor = binomialMass(a, a + b, x, y);
  // The fraction converges fast on this side of the mean only.
  if (x < (a + 1) / (a + b + 2)) return ((factor * b) / (a + b)) * betaFraction(x, a, b);
  return 1 - ((factor * a) / (a + b)) * betaFraction(y, b, a);
}

/** The x with I_x(a, b) = `share`, by Newton steps kept inside a shrinking bracket. */
export function betaQuantile(share: number, a: number, b: number): number {
  if (share <= 0) return 0;
  if (share >= 1) return 1;
  let low = 0;
  let high = 1;
  let x = a / (a + b);
  for (let step = 0; step < 200; step++) {
    const excess = regularizedBeta(x, a, b) - share;
    if (excess > 0) high = x;
    else low = x;
    const density = (binomialMass(a, a + b, x) * a * b) / ((a + b) * x * (1 - x));
    const newton = x - excess / density;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) <= 1e-15 * x) return next;
    x = next;
  }
  return x;
}

/** ln Γ(x+1) beyond Stirling's approximation, for x above 0. */
function stirlingError(x: number): number {
  let error = 0;
  let at = x;
  // δ(x) − δ(x+1) = (x+½)·ln(1+1/x) − 1 leads to where the series is exact to the last digit.
  for (; at < 16; at++) error += (at + 0.5) * Math.log1p(1 / at) - 1;
  const square = at * at;
  return error + (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / at;
}

/** x·ln(x/mean) + mean − x without cancellation near the mean. */
function deviance(x: number, mean: number): number {
  if (Math.abs(x - mean) >= 0.1 * (x + mean)) return x * Math.log(x / mean) + mean - x;
  const ratio = (x - mean) / (x + mean);
  const square = ratio * ratio;
  let sum = (x - mean) * ratio;
  let power = 2 * x * ratio;
  for (let odd = 3; odd < 200; odd += 2) {
    power *= square;
    const next = sum + power / odd;
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}

function away(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
