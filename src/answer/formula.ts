/**
 * Reads a formula: a Pratt parser (V. R. Pratt, "Top down operator precedence", 1973) over plain notation and what is left
 * of LaTeX in it. Notation with two readings, such as 6/2(3) or 1/2x, is refused and not guessed at.
 */

import { exactValue } from './exact.ts';
import type { Elementary, Expression, FunctionName, Operation } from './expression.ts';
import { LIMITS, Refusal } from './limits.ts';
import { Rational } from './rational.ts';
import { type FunctionToken, type Token, tokensOf } from './tokens.ts';

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']', lfloor: 'rfloor', lceil: 'rceil' };
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
const POWER = 4;
const HUNDREDTH: Expression = { kind: 'number', value: Rational.of(1, 100) };
const TEN: Expression = { kind: 'number', value: Rational.of(10) };
const TWO: Expression = { kind: 'number', value: Rational.of(2) };

/** @throws Refusal for what is no formula, has two readings, or is beyond the limits. */
export function parseFormula(plain: string): Expression {
  if (plain.length > LIMITS.characters) throw new Refusal('too-long');
  return new Parser(tokensOf(plain)).whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  /** Bars that are open: a further one closes the innermost. */
  #bars = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#parse(0);
    if (this.#next < this.#tokens.length) throw new Refusal('not-numeric');
    return expression;
  }

  get #token(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #isSign(text: string): boolean {
    return this.#token?.kind === 'sign' && this.#token.text === text;
  }

  #take(sign: string): void {
    if (!this.#isSign(sign)) throw new Refusal('not-numeric');
    this.#next++;
  }

  /** Reads as long as operators bind tighter than `binding`. */
  #parse(binding: number): Expression {
    if (++this.#depth > LIMITS.depth) throw new Refusal('too-deep');
    let left = this.#prefix();
    let isDivided = false;
    for (let token = this.#token; token; token = this.#token) {
      const postfix = this.#postfix(left);
      if (postfix) {
        left = postfix;
        continue;
      }
      const isJoined = this.#opensOperand(token);
      const [operation, power] = isJoined
        ? (['multiply', PRODUCT] as const)
        : (token.kind === 'sign' && INFIX[token.text]) || [];
      if (!operation || power === undefined || power <= binding) break;
      if (isJoined && (isDivided || this.#isCalledAtNumber(left))) throw new Refusal('ambiguous');
      if (!isJoined) this.#next++;
      // A power takes all powers to its right, and a sign: 2^-3^2 is 2^(-(3^2)).
      left = { kind: operation, left, right: this.#parse(operation === 'power' ? SIGN : power) };
      isDivided ||= operation === 'divide';
    }
    this.#depth--;
    return left;
  }

  /** Whether a token that follows an operand starts another one, which is then multiplied with it. */
  #opensOperand(token: Token): boolean {
    if (token.kind === 'symbol' || token.kind === 'function') return true;
    if (token.kind === 'number') return this.#tokens[this.#next - 1]?.text === ')';
    return (
      token.text === '(' ||
      token.text === 'lfloor' ||
      token.text === 'lceil' ||
      (token.text === '|' && this.#bars === 0)
    );
  }

  /** f(0) is a value of f, or 0·f. */
  #isCalledAtNumber(left: Expression): boolean {
    const [opening, argument, closing] = this.#tokens.slice(this.#next, this.#next + 3);
    const isAlone = opening?.text === '(' && !opening.isApart && argument?.kind === 'number' && closing?.text === ')';
    return left.kind === 'symbol' && isAlone;
  }

  #postfix(operand: Expression): Expression | undefined {
    const token = this.#token;
    if (token?.kind !== 'sign' || !['!', '%', '°'].includes(token.text)) return undefined;
    this.#next++;
    if (token.text === '%') return { kind: 'multiply', left: operand, right: HUNDREDTH };
    // n!! is another function than (n!)!.
    if (token.text === '!' && this.#isSign('!')) throw new Refusal('not-numeric');
    // -5! is -(5!), and 2^3! is 2^(3!): what a postfix sign takes is read before it gets here.
    return call(token.text === '!' ? 'factorial' : 'degrees', operand);
  }

  #prefix(): Expression {
    const token = this.#token;
    switch (token?.kind) {
      case 'number':
        return this.#mixed(this.#number(token));
      case 'symbol':
        this.#next++;
        return { kind: 'symbol', name: token.text };
      case 'function':
        this.#next++;
        return this.#call(token.text as FunctionToken);
      case 'sign':
        return this.#bracketed(token.text);
      default:
        throw new Refusal('not-numeric');
    }
  }

  #bracketed(sign: string): Expression {
    switch (sign) {
      case '+':
        this.#next++;
        return this.#parse(SIGN);
      case '-':
        this.#next++;
        return { kind: 'negate', operand: this.#parse(SIGN) };
      case '(':
      case '[':
        return this.#group();
      case 'lfloor':
        return call('floor', this.#group());
      case 'lceil':
        return call('ceiling', this.#group());
      case '|':
        return this.#absolute();
      // Braces group what belongs to a command or a power only: {2} alone is a set.
      case '{': {
        const before = this.#tokens[this.#next - 1];
        if (before?.kind !== 'sign' || before.text !== '^') throw new Refusal('not-numeric');
        return this.#group();
      }
      default:
        throw new Refusal('not-numeric');
    }
  }

  #group(opening = this.#token?.text ?? ''): Expression {
    this.#take(opening);
    const bars = this.#bars;
    this.#bars = 0;
    const inner = this.#parse(0);
    this.#bars = bars;
    this.#take(CLOSING[opening] as string);
    return inner;
  }

  #absolute(): Expression {
    this.#take('|');
    this.#bars++;
    const inner = this.#parse(0);
    this.#take('|');
    this.#bars--;
    return call('absolute', inner);
  }

  #number(token: Token): Expression {
    this.#next++;
    const [digits = '', exponent] = token.text.split(/e/i) as [string, string?];
    const repeating = /^(\d*)\.(\d*)\\overline\{(\d+)\}$/.exec(token.text);
    if (repeating) return { kind: 'number', value: repeatingDecimal(repeating) };
    const value = Rational.parse(digits);
    if (!value || (exponent && exponent.length > 5)) throw new Refusal('too-large');
    const decimals = digits.split('.')[1]?.length;
    const written = decimals === undefined ? {} : { decimals };
    if (exponent === undefined) return { kind: 'number', value, ...written };
    return { kind: 'number', value: value.times(Rational.of(10).power(Rational.of(Number(exponent)))) };
  }

  /** A whole number in front of a fraction of two smaller ones is a mixed number, not a product: 1\frac12, 2 2/3. */
  #mixed(whole: Expression): Expression {
    const token = this.#token;
    const isFraction = token?.kind === 'function' && token.text === 'fraction';
    const [, slash, bottom] = this.#tokens.slice(this.#next, this.#next + 3);
    const isSpaced =
      token?.kind === 'number' && token.isApart && slash?.text === '/' && !slash.isApart && bottom?.kind === 'number';
    if (!isFraction && !isSpaced) return whole;
    const fraction = isFraction ? this.#prefix() : this.#quotient();
    const isProper =
      fraction.kind === 'divide' &&
      fraction.left.kind === 'number' &&
      fraction.right.kind === 'number' &&
      fraction.left.value.compare(fraction.right.value) < 0;
    // 1\frac{1}{2}^2 may square the half or the whole.
    if (!isProper || !exactValue(whole).isWhole || this.#isSign('^')) throw new Refusal('ambiguous');
    return { kind: 'add', left: whole, right: fraction };
  }

  #quotient(): Expression {
    const left = this.#number(this.#token as Token);
    this.#take('/');
    return { kind: 'divide', left, right: this.#number(this.#token as Token) };
  }

  #call(name: FunctionToken): Expression {
    switch (name) {
      case 'fraction':
        return { kind: 'divide', left: this.#part(), right: this.#part() };
      case 'binomial':
        return { kind: 'call', name: 'binomial', operands: [this.#part(), this.#part()] };
      case 'root':
        return this.#root();
      case 'absolute':
        return call('absolute', this.#group('('));
      case 'log10':
        return { kind: 'call', name: 'log', operands: [TEN, this.#argument()] };
      case 'log2':
        return { kind: 'call', name: 'log', operands: [TWO, this.#argument()] };
      case 'log':
        return this.#logarithm();
      default:
        return this.#elementary(name);
    }
  }

  #root(): Expression {
    if (this.#isSign('[')) {
      const index = this.#group('[');
      return { kind: 'call', name: 'nth-root', operands: [index, this.#part()] };
    }
    return { kind: 'root', operand: this.#isSign('(') ? this.#group('(') : this.#part() };
  }

  /** What a command or a subscript takes: something in braces, else one number or letter. */
  #part(): Expression {
    const token = this.#token;
    if (token?.kind === 'number') return this.#number(token);
    if (token?.kind !== 'symbol') return this.#group('{');
    this.#next++;
    return { kind: 'symbol', name: token.text };
  }

  /** log without a base is the natural one, as in most books that ask for a formula. */
  #logarithm(): Expression {
    const base = this.#base();
    return base ? { kind: 'call', name: 'log', operands: [base, this.#argument()] } : this.#elementary('ln');
  }

  #base(): Expression | undefined {
    if (!this.#isSign('_')) return undefined;
    this.#next++;
    return this.#part();
  }

  /** sin^2 x is the square of sin x; sin^{-1} is the inverse in some books and the reciprocal in others. */
  #elementary(name: Elementary): Expression {
    if (!this.#isSign('^')) return call(name, this.#argument());
    this.#next++;
    const token = this.#token;
    const exponent = token?.kind === 'number' ? this.#number(token) : this.#group('{');
    if (exponent.kind !== 'number') throw new Refusal('ambiguous');
    return { kind: 'power', left: call(name, this.#argument()), right: exponent };
  }

  /** What a function without brackets takes: a product of numbers, letters and their powers, as in sin 2x. */
  #argument(): Expression {
    if (this.#isSign('(')) return this.#group('(');
    if (this.#isSign('{')) return this.#group('{');
    let argument: Expression | undefined;
    for (let token = this.#token; token; token = this.#token) {
      const isFirst = argument === undefined;
      const isPart =
        token.kind === 'symbol' || (token.kind === 'function' && ['root', 'fraction'].includes(token.text));
      if (!isPart && !(isFirst && token.kind === 'number') && !(isFirst && this.#isSign('|'))) break;
      const part = this.#parse(POWER - 1);
      argument = argument ? { kind: 'multiply', left: argument, right: part } : part;
    }
    if (!argument) throw new Refusal('not-numeric');
    return argument;
  }
}

function call(name: FunctionName, operand: Expression): Expression {
  return { kind: 'call', name, operands: [operand] };
}

/** 0.1\overline{6} is (16-1)/90. */
function repeatingDecimal([, whole = '', fixed = '', period = '']: RegExpExecArray): Rational {
  const all = BigInt(`${whole}${fixed}${period}`);
  const start = BigInt(`${whole}${fixed}` || '0');
  return Rational.of(all - start, (10n ** BigInt(period.length) - 1n) * 10n ** BigInt(fixed.length));
}
