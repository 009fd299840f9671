/** Formulas as trees, and what they are made of. */

import type { Rational } from './rational.ts';

export type Expression =
  /** `decimals` is how many digits were written behind the point; absent where there was none. */
  | { readonly kind: 'number'; readonly value: Rational; readonly decimals?: number }
  /** A letter, with its subscript if it has one: `x`, `x_1`, `π`, `e`, `i`, `∞`. */
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'negate' | 'root'; readonly operand: Expression }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly operands: readonly Expression[] }
  | { readonly kind: Operation; readonly left: Expression; readonly right: Expression };

export type Operation = 'add' | 'subtract' | 'multiply' | 'divide' | 'power';

/** `log` has its base in front of its argument, `nth-root` its index in front of its radicand. */
export type FunctionName =
  | Elementary
  | 'log'
  | 'nth-root'
  | 'absolute'
  | 'factorial'
  | 'binomial'
  | 'floor'
  | 'ceiling'
  | 'degrees';

/** Functions of one argument that are not exact in general. */
export type Elementary = (typeof ELEMENTARY)[number];
export const ELEMENTARY = [
  'sin',
  'cos',
  'tan',
  'cot',
  'sec',
  'csc',
  'arcsin',
  'arccos',
  'arctan',
  'sinh',
  'cosh',
  'tanh',
  'exp',
  'ln',
] as const;

/** The parts of an expression, in the order of writing. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'number':
    case 'symbol':
      return [];
    case 'negate':
    case 'root':
      return [expression.operand];
    case 'call':
      return expression.operands;
    default:
      return [expression.left, expression.right];
  }
}

/** The numbers written in an expression, in order; a sign in front of one belongs to it. */
export function literalsOf(expression: Expression): readonly Rational[] {
  if (expression.kind === 'number') return [expression.value];
  if (expression.kind === 'negate' && expression.operand.kind === 'number') return [expression.operand.value.negated()];
  return operandsOf(expression).flatMap(literalsOf);
}

/** The different letters of an expression, sorted. */
export function symbolsOf(expression: Expression): readonly string[] {
  const names = new Set<string>();
  const visit = (part: Expression): void => {
    if (part.kind === 'symbol') names.add(part.name);
    operandsOf(part).forEach(visit);
  };
  visit(expression);
  return [...names].sort();
}

/** Whether anything is computed: a number or letter, with or without signs and brackets, is not. */
export function isComputed(expression: Expression): boolean {
  if (expression.kind === 'negate') return isComputed(expression.operand);
  return expression.kind !== 'number' && expression.kind !== 'symbol';
}

/** Digits written behind the point of a lone number; `undefined` for anything else and for a number without a point. */
export function decimalsOf(expression: Expression): number | undefined {
  if (expression.kind === 'negate') return decimalsOf(expression.operand);
  return expression.kind === 'number' ? expression.decimals : undefined;
}

/** Whether a decimal is written anywhere in a formula. */
export function hasDecimals(expression: Expression): boolean {
  return expression.kind === 'number' ? expression.decimals !== undefined : operandsOf(expression).some(hasDecimals);
}

/** One spelling for each expression, whatever its spaces and needless brackets. */
export function formOf(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return expression.value.toString();
    case 'symbol':
      return expression.name;
    case 'call':
      return `(${expression.name} ${expression.operands.map(formOf).join(' ')})`;
    default:
      return `(${expression.kind} ${operandsOf(expression).map(formOf).join(' ')})`;
  }
}
