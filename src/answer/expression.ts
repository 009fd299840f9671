/**
 * Arithmetic between numbers: a Pratt parser (V. R. Pratt, "Top down operator precedence", 1973) into a small tree, and
 * its exact value. Notation with two readings, such as 6/2(3), is refused and not guessed at.
 */

import { LIMITS, Refusal, type RefusalReason } from './limits.ts';
import { plainNotation } from './notation.ts';
import { Rational } from './rational.ts';

export type Expression =
  | { readonly kind: 'number'; readonly value: Rational }
  | { readonly kind: 'negate' | 'root'; readonly operand: Expression }
  | { readonly kind: Operation; readonly left: Expression; readonly right: Expression };

type Operation = 'add' | 'subtract' | 'multiply' | 'divide' | 'power';

/** An expression with its exact value, or why there is none. */
export type Numeric =
  | { readonly value: Rational; readonly expression: Expression }
  | { readonly reason: RefusalReason };

/**
 * Reads and computes `(5-1)/(2*3)`, `-5^2` (which is -25), `\frac{1}{2}`, `2(3)`, `1\frac{1}{2}`, `√9` and the like.
 * Never throws on text and never takes long: limits are checked before the work.
 */
export function evaluateNumeric(text: string): Numeric {
  return text.length > LIMITS.characters ? { reason: 'too-long' } : evaluatePlain(plainNotation(text));
}

/** The same of a text that is in plain notation already. */
export function evaluatePlain(plain: string): Numeric {
  try {
    const expression = parseExpression(plain);
    return { value: exactValue(expression), expression };
  } catch (error) {
    if (error instanceof Refusal) return { reason: error.reason };
    throw error;
  }
}

/** The numbers written in an expression, in order; a sign in front of one belongs to it. */
export function literalsOf(expression: Expression): readonly Rational[] {
  switch (expression.kind) {
    case 'number':
      return [expression.value];
    case 'negate':
      return expression.operand.kind === 'number'
        ? [expression.operand.value.negated()]
        : literalsOf(expression.operand);
    case 'root':
      return literalsOf(expression.operand);
    default:
      return [...literalsOf(expression.left), ...literalsOf(expression.right)];
  }
}

/** Whether anything is computed: a number, with or without signs and brackets, is not. */
export function isComputed(expression: Expression): boolean {
  if (expression.kind === 'negate') return isComputed(expression.operand);
  return expression.kind !== 'number';
}

/** One spelling for each expression, whatever its spaces and needless brackets. */
export function formOf(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return expression.value.toString();
    case 'negate':
    case 'root':
      return `(${expression.kind} ${formOf(expression.operand)})`;
    default:
      return `(${expression.kind} ${formOf(expression.left)} ${formOf(expression.right)})`;
  }
}

function exactValue(expression: Expression): Rational {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'negate':
      return exactValue(expression.operand).negated();
    case 'root':
      return exactValue(expression.operand).squareRoot();
    case 'add':
      return exactValue(expression.left).plus(exactValue(expression.right));
    case 'subtract':
      return exactValue(expression.left).minus(exactValue(expression.right));
    case 'multiply':
      return exactValue(expression.left).times(exactValue(expression.right));
    case 'divide':
      return exactValue(expression.left).dividedBy(exactValue(expression.right));
    case 'power':
      return exactValue(expression.left).power(exactValue(expression.right));
  }
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?|\.\d+)|(\\frac|\\?sqrt|√|[-+*/^(){}]))/y;
const CLOSING = { '(': ')', '{': '}' } as const;
const INFIX: Readonly<Record<string, readonly [Operation, number]>> = {
  '+': ['add', 1],
  '-': ['subtract', 1],
  '*': ['multiply', 2],
  '/': ['divide', 2],
  '^': ['power', 4],
};
/** Binding of a sign in front: tighter than a product, looser than a power, so that -5^2 is -25. */
const SIGN = 3;
const PRODUCT = 2;

interface Token {
  readonly text: string;
  readonly isNumber: boolean;
}

function tokensOf(plain: string): readonly Token[] {
  if (plain.length > LIMITS.characters) throw new Refusal('too-long');
  const text = plain.trimEnd();
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) throw new Refusal('not-numeric');
    const [, number, sign] = match;
    if (number && number.length > LIMITS.digits) throw new Refusal('too-long');
    tokens.push({ text: number ?? (sign as string).replace(/^\\?sqrt$/, '√'), isNumber: number !== undefined });
  }
  return tokens;
}

function parseExpression(plain: string): Expression {
  const tokens = tokensOf(plain);
  let next = 0;
  let depth = 0;

  const take = (expected: string): void => {
    if (tokens[next]?.text !== expected) throw new Refusal('not-numeric');
    next++;
  };

  /** Reads as long as operators bind tighter than `binding`. */
  const parse = (binding: number): Expression => {
    if (++depth > LIMITS.depth) throw new Refusal('too-deep');
    let left = prefix();
    let isDivided = false;
    for (let token = tokens[next]; token; token = tokens[next]) {
      const isJoined = token.text === '(' || token.text === '√';
      const [operation, power] = isJoined ? (['multiply', PRODUCT] as const) : (INFIX[token.text] ?? []);
      if (!operation || power === undefined || power <= binding) break;
      if (isJoined && isDivided) throw new Refusal('ambiguous');
      if (!isJoined) next++;
      // A power takes all powers to its right, and a sign: 2^-3^2 is 2^(-(3^2)).
      left = { kind: operation, left, right: parse(operation === 'power' ? SIGN : power) };
      isDivided ||= operation === 'divide';
    }
    depth--;
    return left;
  };

  const group = (opening: '(' | '{'): Expression => {
    take(opening);
    const inner = parse(0);
    take(CLOSING[opening]);
    return inner;
  };

  const prefix = (): Expression => {
    const token = tokens[next];
    if (token?.isNumber) return mixed(numberOf(token.text));
    switch (token?.text) {
      case '+':
        next++;
        return parse(SIGN);
      case '-':
        next++;
        return { kind: 'negate', operand: parse(SIGN) };
      case '(':
        return group('(');
      // Braces group what belongs to a command or a power only: {2} alone is a set.
      case '{':
        if (tokens[next - 1]?.text !== '^') throw new Refusal('not-numeric');
        return group('{');
      case '√':
        return root();
      case '\\frac':
        next++;
        return { kind: 'divide', left: group('{'), right: group('{') };
      default:
        throw new Refusal('not-numeric');
    }
  };

  const numberOf = (digits: string): Expression => {
    const value = Rational.parse(digits);
    if (!value) throw new Refusal('too-large');
    next++;
    return { kind: 'number', value };
  };

  /** A whole number in front of a fraction of two smaller ones is a mixed number, not a product. */
  const mixed = (whole: Expression): Expression => {
    if (tokens[next]?.text !== '\\frac') return whole;
    const fraction = prefix();
    const isProper =
      fraction.kind === 'divide' &&
      fraction.left.kind === 'number' &&
      fraction.right.kind === 'number' &&
      fraction.left.value.compare(fraction.right.value) < 0;
    // 1\frac{1}{2}^2 may square the half or the whole.
    if (!isProper || !exactValue(whole).isWhole || tokens[next]?.text === '^') throw new Refusal('ambiguous');
    return { kind: 'add', left: whole, right: fraction };
  };

  const root = (): Expression => {
    next++;
    const token = tokens[next];
    if (token?.isNumber) return { kind: 'root', operand: numberOf(token.text) };
    return { kind: 'root', operand: group(token?.text === '{' ? '{' : '(') };
  };

  const expression = parse(0);
  if (next < tokens.length) throw new Refusal('not-numeric');
  return expression;
}
