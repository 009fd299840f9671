/** Cuts a line of prose with mathematics in it into numbers, words, signs and the punctuation between them. */

import { plainNotation } from './notation.ts';

export interface ProseToken {
  /**
   * `opaque` is mathematics that is not read further, such as `…` or `\sum`; `end` ends a sentence, `stop` a clause.
   * A word may be a variable, a unit, an operator or prose: that depends on its neighbours.
   */
  readonly kind:
    | 'number'
    | 'word'
    | 'command'
    | 'operator'
    | 'postfix'
    | 'sign'
    | 'open'
    | 'close'
    | 'opaque'
    | 'stop'
    | 'end';
  readonly text: string;
  /** Offsets into the normalised line, the second behind the token. */
  readonly start: number;
  readonly end: number;
  /** Whether white space stands in front of it. */
  readonly isApart: boolean;
}

export interface ProseLine {
  readonly text: string;
  readonly tokens: readonly ProseToken[];
}

const LIST_MARK = /^[ \t]*(?:[-*•]|\d{1,3}[.)]|\(\d{1,2}\)|#{1,6})[ \t]+/gm;
/** Where a displayed formula begins, ends, or goes on in another row. */
const DISPLAY = /\\\[|\\\]|\\\\(?![A-Za-z])|\r\n?/g;
const THOUSANDS = /(?<![\d.,^])\d{1,3}(?:,\d{3})+(?!,?\d)/g;
const BOX = /\\(?:boxed|boldsymbol|mathbf)\s?\{([^{}]*)\}/g;

/** A word keeps its subscript and its primes: `x_1`, `x₁`, `x'`; a hyphen joins words, but not letters: `x-axis`, `a-b`. */
const PATTERNS: readonly (readonly [ProseToken['kind'], RegExp])[] = [
  ['stop', /=>|->|⇒/y],
  ['opaque', /\.{2,}|…/y],
  ['number', /\d+(?:\.\d+)?|\.\d+/y],
  // A logarithm keeps its base and a power of a sine its exponent, so that what follows is the argument.
  ['command', /\\?log_(?:\{[\dA-Za-z]{1,6}\}|[\dA-Za-z])|\\?(?:sin|cos|tan|cot|sec|csc|log|ln)\^(?:\{\d\}|\d)/y],
  ['command', /\\[A-Za-z]+/y],
  ['sign', /<=|>=|!=|==|[=<>≤≥≠≈≡]/y],
  ['word', /\p{L}\p{M}*(?:[\p{L}\p{M}]+|['’-](?=\p{L}{2}))*(?:_\{[\p{L}\d]{1,8}\}|_[\p{L}\d]|[\d₀-₉]+)?['’′]*/uy],
  ['operator', /[-+*/^√_]/y],
  ['postfix', /[!%°]/y],
  ['open', /[([{|]/y],
  ['close', /[)\]}]/y],
  // Signs of a mathematics that is not read.
  ['opaque', /[@#&§]|[^\p{P}\n]/uy],
];

/** Lines of a trace in plain notation; displayed formulas stand on lines of their own. Empty lines are left out. */
export function proseLines(trace: string): readonly ProseLine[] {
  const parted = trace.replace(DISPLAY, '\n').replace(LIST_MARK, '').replace(BOX, ' $1 ').replaceAll('&', ' ');
  return plainNotation(parted)
    .replaceAll('{,}', ',')
    .replace(THOUSANDS, (number) => number.replaceAll(',', ''))
    .replace(/(?<=\d) {0,2}[xX] {0,2}(?=\d)/g, ' * ')
    .split('\n')
    .map((line) => line.trim())
    .filter((text) => text !== '')
    .map((text) => ({ text, tokens: tokensOfLine(text) }));
}

function tokensOfLine(text: string): readonly ProseToken[] {
  const tokens: ProseToken[] = [];
  let at = 0;
  while (at < text.length) {
    const from = at;
    while (at < text.length && /\s/.test(text[at] as string)) at++;
    if (at === text.length) break;
    const [kind, written] = tokenAt(text, at);
    tokens.push({ kind, text: written, start: at, end: at + written.length, isApart: at > from });
    at += written.length;
  }
  return tokens;
}

function tokenAt(text: string, at: number): readonly [ProseToken['kind'], string] {
  const character = text[at] as string;
  if (/[.?!]/.test(character) && !/[.\d]/.test(text[at + 1] ?? '') && endsSentence(text, at)) return ['end', character];
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found) return [kind, found];
  }
  return ['stop', character];
}

/** A `!` right behind a number is a factorial. */
function endsSentence(text: string, at: number): boolean {
  if (!/^(?:\s|$|["'”’)*])/.test(text.slice(at + 1, at + 2))) return false;
  return text[at] !== '!' || !/[\d)}]/.test(text[at - 1] ?? '');
}
