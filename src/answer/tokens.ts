/** Cuts a formula in plain notation into numbers, letters, function names and signs. */

import { ELEMENTARY, type Elementary } from './expression.ts';
import { LIMITS, Refusal } from './limits.ts';

export interface Token {
  readonly kind: 'number' | 'symbol' | 'function' | 'sign';
  /** Of a sign, itself; of a function, its name here; of a symbol, its letter with its subscript. */
  readonly text: string;
  /** Whether white space stands in front of it. */
  readonly isApart: boolean;
}

export type FunctionToken = Elementary | 'log' | 'log10' | 'log2' | 'root' | 'absolute' | 'fraction' | 'binomial';

const SPELLINGS: Readonly<Record<string, FunctionToken>> = {
  ...Object.fromEntries(ELEMENTARY.map((name) => [name, name])),
  ...{ asin: 'arcsin', acos: 'arccos', atan: 'arctan', ctg: 'cot', tg: 'tan', cosec: 'csc' },
  ...{ log: 'log', lg: 'log10', lb: 'log2', sqrt: 'root', abs: 'absolute', frac: 'fraction', binom: 'binomial' },
};

/** Letters by name. Greek letters are their own commands: α and \alpha are one symbol. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ pi: 'π', infty: '∞', infinity: '∞', alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ε' },
  ...{ varepsilon: 'ε', zeta: 'ζ', eta: 'η', theta: 'θ', vartheta: 'θ', kappa: 'κ', lambda: 'λ', mu: 'μ', nu: 'ν' },
  ...{ xi: 'ξ', rho: 'ρ', sigma: 'σ', tau: 'τ', phi: 'φ', varphi: 'φ', chi: 'χ', psi: 'ψ', omega: 'ω' },
  ...{ Gamma: 'Γ', Delta: 'Δ', Theta: 'Θ', Lambda: 'Λ', Sigma: 'Σ', Phi: 'Φ', Psi: 'Ψ', Omega: 'Ω', ell: 'ℓ' },
};

const NUMBER = /\d*\.\d*\\overline\{\d+\}|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /\\[A-Za-z]+|\p{Script=Latin}+/uy;
const SIGN = /[-+*/^(){}[\]|!%°√∞_]|\p{Script=Greek}/uy;
/** A run of letters is a product of variables up to this length; longer ones are words. */
const LONGEST_PRODUCT = 3;
const SUBSCRIPT = /_(?:\{([\p{L}\d]{1,8})\}|([\p{L}\d]))/uy;

/** @throws Refusal `not-numeric`, or `too-long` for a number beyond the limits. */
export function tokensOf(plain: string): readonly Token[] {
  const text = plain.trimEnd();
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  while (at < text.length) {
    const start = at;
    while (/\s/.test(text[at] as string)) at++;
    const isApart = at > start;
    const push = (kind: Token['kind'], written: string): void => {
      tokens.push({ kind, text: written, isApart });
    };
    const [number] = match(NUMBER) ?? [];
    if (number !== undefined) {
      if (number.length > LIMITS.digits) throw new Refusal('too-long');
      push('number', number);
      continue;
    }
    const [word] = match(WORD) ?? [];
    if (word !== undefined) {
      const subscripted = (letter: string): string => {
        const [, braced, bare] = match(SUBSCRIPT) ?? [];
        return braced || bare ? `${letter}_${braced ?? bare}` : letter;
      };
      for (const part of partsOf(word)) push(part.kind, part.kind === 'symbol' ? subscripted(part.text) : part.text);
      continue;
    }
    const [sign] = match(SIGN) ?? [];
    if (sign === undefined) throw new Refusal('not-numeric');
    if (sign === '√') push('function', 'root');
    else if (/^[\p{L}∞]$/u.test(sign)) {
      const [, braced, bare] = match(SUBSCRIPT) ?? [];
      push('symbol', braced || bare ? `${sign}_${braced ?? bare}` : sign);
    } else push('sign', sign);
  }
  return tokens;
}

function partsOf(word: string): readonly Pick<Token, 'kind' | 'text'>[] {
  const name = word.replace('\\', '');
  if (/^\\[lr](?:floor|ceil)$/.test(word)) return [{ kind: 'sign', text: name }];
  const spelling = Object.hasOwn(SPELLINGS, name) ? SPELLINGS[name] : undefined;
  if (spelling) return [{ kind: 'function', text: spelling }];
  const letter = Object.hasOwn(LETTERS, name) ? LETTERS[name] : undefined;
  if (letter) return [{ kind: 'symbol', text: letter }];
  if (word.startsWith('\\') || name.length > LONGEST_PRODUCT) throw new Refusal('not-numeric');
  return [...name].map((text) => ({ kind: 'symbol', text }));
}
