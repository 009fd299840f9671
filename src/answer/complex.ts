/** Complex arithmetic in doubles, on principal branches; whatever is undefined is NaN. */

export interface Complex {
  readonly re: number;
  readonly im: number;
}

export const complex = (re: number, im = 0): Complex => ({ re, im });

export const UNDEFINED: Complex = complex(Number.NaN, Number.NaN);
const ONE = complex(1);

export const negate = ({ re, im }: Complex): Complex => complex(-re, -im);
export const add = (a: Complex, b: Complex): Complex => complex(a.re + b.re, a.im + b.im);
export const subtract = (a: Complex, b: Complex): Complex => complex(a.re - b.re, a.im - b.im);
export const sizeOf = ({ re, im }: Complex): number => Math.hypot(re, im);
export const isReal = ({ re, im }: Complex): boolean => Math.abs(im) <= 1e-13 * Math.abs(re);

export function multiply(a: Complex, b: Complex): Complex {
  // Real factors apart: ∞·0 in the imaginary part would spoil a real product.
  if (a.im === 0) return complex(a.re * b.re, b.im === 0 ? 0 : a.re * b.im);
  if (b.im === 0) return complex(a.re * b.re, a.im * b.re);
  return complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
}

export function divide(a: Complex, b: Complex): Complex {
  if (b.re === 0 && b.im === 0) return UNDEFINED;
  if (b.im === 0) return complex(a.re / b.re, a.im / b.re);
  const size = b.re * b.re + b.im * b.im;
  const { re, im } = multiply(a, complex(b.re, -b.im));
  return complex(re / size, im / size);
}

export function exponential({ re, im }: Complex): Complex {
  const size = Math.exp(re);
  return im === 0 ? complex(size) : complex(size * Math.cos(im), size * Math.sin(im));
}

export function logarithm(z: Complex): Complex {
  const size = sizeOf(z);
  return size === 0 ? UNDEFINED : complex(Math.log(size), Math.atan2(z.im, z.re));
}

/** Whole exponents by repeated squaring, for they have no branches. */
export function power(base: Complex, exponent: Complex): Complex {
  if (exponent.im === 0 && Number.isInteger(exponent.re) && Math.abs(exponent.re) <= 1_024) {
    return exponent.re < 0 ? divide(ONE, wholePower(base, -exponent.re)) : wholePower(base, exponent.re);
  }
  if (base.im === 0 && exponent.im === 0 && base.re >= 0) return complex(base.re ** exponent.re);
  return exponential(multiply(exponent, logarithm(base)));
}

function wholePower(base: Complex, exponent: number): Complex {
  if (exponent === 0) return sizeOf(base) === 0 ? UNDEFINED : ONE;
  if (base.im === 0) return complex(base.re ** exponent);
  let result = ONE;
  for (let square = base, rest = exponent; rest > 0; square = multiply(square, square), rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(result, square);
  }
  return result;
}

/** The root of a whole degree: the real one of a negative number for an odd degree, the principal one elsewhere. */
export function root(z: Complex, degree: number): Complex {
  if (isReal(z) && z.re < 0 && degree % 2 !== 0) return complex(-((-z.re) ** (1 / degree)));
  if (z.im === 0 && z.re >= 0) return complex(degree === 2 ? Math.sqrt(z.re) : z.re ** (1 / degree));
  return exponential(divide(logarithm(z), complex(degree)));
}

const I = complex(0, 1);
const TWICE_I = complex(0, 2);

export function sine(z: Complex): Complex {
  if (z.im === 0) return complex(Math.sin(z.re));
  return complex(Math.sin(z.re) * Math.cosh(z.im), Math.cos(z.re) * Math.sinh(z.im));
}

export function cosine(z: Complex): Complex {
  if (z.im === 0) return complex(Math.cos(z.re));
  return complex(Math.cos(z.re) * Math.cosh(z.im), -Math.sin(z.re) * Math.sinh(z.im));
}

export function hyperbolicSine(z: Complex): Complex {
  return multiply(negate(I), sine(multiply(I, z)));
}

export function hyperbolicCosine(z: Complex): Complex {
  return cosine(multiply(I, z));
}

/** -i·ln(iz + √(1-z²)) */
export function arcsine(z: Complex): Complex {
  if (z.im === 0 && Math.abs(z.re) <= 1) return complex(Math.asin(z.re));
  return multiply(negate(I), logarithm(add(multiply(I, z), root(subtract(ONE, multiply(z, z)), 2))));
}

export function arccosine(z: Complex): Complex {
  return subtract(complex(Math.PI / 2), arcsine(z));
}

/** (ln(1+iz) - ln(1-iz)) / 2i */
export function arctangent(z: Complex): Complex {
  if (z.im === 0) return complex(Math.atan(z.re));
  const turned = multiply(I, z);
  return divide(subtract(logarithm(add(ONE, turned)), logarithm(subtract(ONE, turned))), TWICE_I);
}
