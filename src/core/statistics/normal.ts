/** The normal distribution and Student's t. */

import { betaQuantile } from './beta.ts';
import { requireBetween } from './boundary.ts';

/** P(Z ≤ z), with relative precision in the lower tail. */
export function normalCdf(z: number): number {
  if (z > 0) return 1 - normalCdf(-z);
  return z > -3 ? 0.5 - centralArea(-z) : normalDensity(z) * millsRatio(-z);
}

/** The z with P(Z ≤ z) = `share`; 0.975 gives 1.959963984540054. */
export function normalQuantile(share: number): number {
  requireBetween('share', share);
  if (share > 0.5) return -normalQuantile(1 - share);
  // Abramowitz & Stegun 26.2.23 is right to 4.5e-4; each Halley step triples the digits.
  const t = Math.sqrt(-2 * Math.log(share));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  let z = above / below - t;
  for (let step = 0; step < 3; step++) {
    const newton = (normalCdf(z) - share) / normalDensity(z);
    z -= newton / (1 + (z * newton) / 2);
  }
  return z;
}

/** The `share`-quantile of Student's t with `degrees` of freedom, above 0; 0.975 at 10 gives 2.2281. */
export function studentQuantile(share: number, degrees: number): number {
  requireBetween('share', share);
  requireBetween('degrees', degrees, [0, Number.POSITIVE_INFINITY]);
  if (share < 0.5) return -studentQuantile(1 - share, degrees);
  const y = betaQuantile(2 * share - 1, 0.5, degrees / 2);
  if (y <= 0.5) return Math.sqrt((degrees * y) / (1 - y));
  const x = betaQuantile(2 * (1 - share), degrees / 2, 0.5);
  return Math.sqrt((degrees * (1 - x)) / x);
}

function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** P(0 ≤ Z ≤ z): Marsaglia's series (J. Stat. Softw. 11(4), 2004). */
function centralArea(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; term > 1e-17 * sum; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return normalDensity(z) * sum;
}

/** P(Z > z) over the density, for z of at least 3: Laplace's continued fraction, from its tail. */
function millsRatio(z: number): number {
  let value = z;
  for (let depth = 100; depth >= 1; depth--) value = z + depth / value;
  return 1 / value;
}
