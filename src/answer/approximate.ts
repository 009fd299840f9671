/** The value of a formula in complex doubles, where it has no exact one. */

import * as c from './complex.ts';
import { exactValue } from './exact.ts';
import { type Expression, type FunctionName, symbolsOf } from './expression.ts';
import { unlessRefused } from './limits.ts';
import { Rational } from './rational.ts';

/** Complex values for letters; π, e and i have their own. */
export type ComplexPoint = ReadonlyMap<string, c.Complex>;

const CONSTANTS: ReadonlyMap<string, c.Complex> = new Map([
  ['π', c.complex(Math.PI)],
  ['e', c.complex(Math.E)],
  ['i', c.complex(0, 1)],
  ['∞', c.complex(Number.POSITIVE_INFINITY)],
]);

/** Letters that are numbers and not unknowns. */
export const isConstant = (name: string): boolean => CONSTANTS.has(name);

/** NaN where the formula has no value there, and for letters without one. */
export function approximateValue(expression: Expression, point: ComplexPoint): c.Complex {
  const of = (operand: Expression): c.Complex => approximateValue(operand, point);
  switch (expression.kind) {
    case 'number':
      return c.complex(expression.value.toNumber());
    case 'symbol':
      return CONSTANTS.get(expression.name) ?? point.get(expression.name) ?? c.UNDEFINED;
    case 'negate':
      return c.negate(of(expression.operand));
    case 'root':
      return c.root(of(expression.operand), 2);
    case 'add':
      return c.add(of(expression.left), of(expression.right));
    case 'subtract':
      return c.subtract(of(expression.left), of(expression.right));
    case 'multiply':
      return c.multiply(of(expression.left), of(expression.right));
    case 'divide':
      return c.divide(of(expression.left), of(expression.right));
    case 'power':
      return power(expression.left, expression.right, of);
    case 'call':
      return called(expression.name, expression.operands.map(of));
  }
}

/** The value of a formula without unknowns, where it is a finite real number. */
export function realValue(expression: Expression): number | undefined {
  if (!symbolsOf(expression).every(isConstant)) return undefined;
  // A factorial beyond the limits is refused, and has no value here either.
  const { re, im } = unlessRefused(() => approximateValue(expression, new Map())) ?? c.UNDEFINED;
  return Number.isFinite(re) && Math.abs(im) <= 1e-12 * Math.abs(re) ? re : undefined;
}

/** A fraction with an odd denominator as exponent of a negative number: (-8)^(1/3) is -2, as ∛ has it. */
function power(base: Expression, exponent: Expression, of: (operand: Expression) => c.Complex): c.Complex {
  const value = of(base);
  if (c.isReal(value) && value.re < 0 && exponent.kind === 'divide') {
    const [top, bottom] = [wholeNumber(exponent.left), wholeNumber(exponent.right)];
    if (top !== undefined && bottom !== undefined && bottom % 2 !== 0) {
      return c.power(c.root(value, bottom), c.complex(top));
    }
  }
  return c.power(value, of(exponent));
}

function wholeNumber(expression: Expression): number | undefined {
  if (expression.kind === 'negate') {
    const size = wholeNumber(expression.operand);
    return size === undefined ? undefined : -size;
  }
  return expression.kind === 'number' && expression.value.isWhole ? expression.value.toNumber() : undefined;
}

function called(name: FunctionName, operands: readonly c.Complex[]): c.Complex {
  const [first = c.UNDEFINED, second = c.UNDEFINED] = operands;
  switch (name) {
    case 'sin':
      return c.sine(first);
    case 'cos':
      return c.cosine(first);
    case 'tan':
      return c.divide(c.sine(first), c.cosine(first));
    case 'cot':
      return c.divide(c.cosine(first), c.sine(first));
    case 'sec':
      return c.divide(c.complex(1), c.cosine(first));
    case 'csc':
      return c.divide(c.complex(1), c.sine(first));
    case 'arcsin':
      return c.arcsine(first);
    case 'arccos':
      return c.arccosine(first);
    case 'arctan':
      return c.arctangent(first);
    case 'sinh':
      return c.hyperbolicSine(first);
    case 'cosh':
      return c.hyperbolicCosine(first);
    case 'tanh':
      return c.divide(c.hyperbolicSine(first), c.hyperbolicCosine(first));
    case 'exp':
      return c.exponential(first);
    case 'ln':
      return c.logarithm(first);
    case 'log':
      return c.divide(c.logarithm(second), c.logarithm(first));
    case 'nth-root':
      return Number.isInteger(first.re) && first.re > 0 ? c.root(second, first.re) : c.UNDEFINED;
    case 'absolute':
      return c.complex(c.sizeOf(first));
    case 'degrees':
      return c.multiply(first, c.complex(Math.PI / 180));
    case 'floor':
      return c.isReal(first) ? c.complex(Math.floor(first.re)) : c.UNDEFINED;
    case 'ceiling':
      return c.isReal(first) ? c.complex(Math.ceil(first.re)) : c.UNDEFINED;
    case 'factorial':
    case 'binomial':
      return countOf(name, operands);
  }
}

/** Of whole numbers only, by the exact arithmetic. @throws Refusal where that is beyond the limits. */
function countOf(name: 'factorial' | 'binomial', operands: readonly c.Complex[]): c.Complex {
  if (!operands.every((operand) => operand.im === 0 && Number.isSafeInteger(operand.re))) return c.UNDEFINED;
  const numbers = operands.map(({ re }): Expression => ({ kind: 'number', value: Rational.of(re) }));
  return c.complex(exactValue({ kind: 'call', name, operands: numbers }).toNumber());
}
