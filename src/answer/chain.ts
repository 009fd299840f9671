/** A chain of relations, `x = 810/30 = 27`, while it is read out of prose piece by piece. */

import type { ProseToken } from './prose-tokens.ts';

/** `is` says the same as `=` in words: "6 times 7 is 42". */
export type ChainSign = '=' | 'is' | '<' | '>' | '≤' | '≥' | '≠' | '≈' | '≡';

export interface ChainSide {
  /** In plain notation, without units. */
  readonly text: string;
  /** Something in it is not read: the side asserts nothing. */
  readonly isOpaque: boolean;
  /** In lower case and in order: `mph`, `hours`, `°`. */
  readonly units: readonly string[];
}

/** Sides with a sign between each two neighbours: one sign fewer than sides. */
export interface Chain {
  readonly sides: readonly ChainSide[];
  readonly signs: readonly ChainSign[];
  /** Index of the sentence it stands in. */
  readonly sentence: number;
  /** The word directly in front of it, in lower case; empty behind punctuation and at the start of a line. */
  readonly before: string;
  /** The nearest 160 characters of its sentence in front of it and behind it. */
  readonly head: string;
  readonly tail: string;
}

export const FUNCTION_NAME = /^\\?(?:sqrt|sin|cos|tan|cot|sec|csc|ln|log)(?:[_^].*)?$/i;
/** Characters of a side that is read. */
const LONGEST_SIDE = 400;
const TRIGONOMETRIC = /(?:sin|cos|tan|cot|sec|csc)/;

interface Side {
  text: string;
  isOpaque: boolean;
  readonly units: string[];
}

/** What a chain ended in so far. `unit` is a word behind a number that may be its unit. */
export type Ending = 'nothing' | 'operand' | 'operator' | 'unit' | 'opaque';

export class ChainDraft {
  readonly before: string;
  readonly start: number;
  readonly signs: ChainSign[] = [];
  readonly #sides: Side[];
  /** Units since the last operand. */
  readonly #pending: string[] = [];
  #last: Ending = 'nothing';
  #depth = 0;
  #end: number;

  /** @param from the side that a line starting with a sign goes on from. */
  constructor(before: string, start: number, from?: ChainSide) {
    this.before = before;
    this.start = start;
    this.#end = start;
    this.#sides = [from ? { ...from, units: [...from.units] } : { text: '', isOpaque: false, units: [] }];
    if (from) this.#last = 'operand';
  }

  get last(): Ending {
    return this.#last;
  }

  /** Brackets that are open in the side that is being read. */
  get depth(): number {
    return this.#depth;
  }

  /** Offset behind its last piece of mathematics. */
  get end(): number {
    return this.#end;
  }

  get side(): ChainSide {
    return this.#side;
  }

  get unitCount(): number {
    return this.#pending.length;
  }

  sides(): readonly ChainSide[] {
    this.#side.units.push(...this.#pending.splice(0));
    return this.#sides;
  }

  addOperand(token: ProseToken, isOpaque: boolean): void {
    this.#write(token);
    this.#side.isOpaque ||= isOpaque;
    this.#last = FUNCTION_NAME.test(token.text) ? 'operator' : 'operand';
  }

  /** @param written what a word such as "times" or "squared" stands for. */
  addOperator(token: ProseToken, written = token.text): void {
    // A sum whose start was not read has lost a summand.
    if (this.#last === 'nothing' && written === '+') this.#side.isOpaque = true;
    this.#write(token, written);
    this.#last = written.length > 1 ? 'operand' : 'operator';
  }

  /** 60° + 30° = 90° is plain arithmetic, so there ° is a unit; sin 30° is not. */
  addPostfix(token: ProseToken): void {
    if (token.text === '°' && !TRIGONOMETRIC.test(this.#side.text)) this.#side.units.push(token.text);
    else this.#write(token);
  }

  addBracket(token: ProseToken): void {
    const isBar = token.text === '|';
    const opens = isBar ? this.#last !== 'operand' : token.kind === 'open';
    this.#write(token);
    if (!isBar) this.#depth += opens ? 1 : -1;
    this.#last = opens ? 'operator' : 'operand';
  }

  addOpaque(token: ProseToken): void {
    this.#keepUnits(token);
    this.#side.isOpaque = true;
    this.#last = 'opaque';
  }

  addUnit(unit: string): void {
    this.#pending.push(unit);
    this.#last = 'unit';
  }

  addSign(token: ProseToken, sign: ChainSign): void {
    if (this.#depth > 0 && !this.#leavesBracket()) {
      this.addOpaque(token);
      return;
    }
    this.#keepUnits(token);
    this.signs.push(sign);
    this.#sides.push({ text: '', isOpaque: false, units: [] });
    this.#depth = 0;
    this.#last = 'operator';
  }

  get #side(): Side {
    return this.#sides.at(-1) as Side;
  }

  #write(token: ProseToken, written = token.text): void {
    this.#keepUnits(token);
    const side = this.#side;
    // What is written is looked at again with every piece: a side without end would take a time that grows with its square.
    if (side.text.length >= LONGEST_SIDE) side.isOpaque = true;
    else side.text += `${token.isApart ? ' ' : ''}${written}`;
  }

  /** Mathematics goes on behind a unit, so the unit was in the midst of it. */
  #keepUnits(token: ProseToken): void {
    this.#side.units.push(...this.#pending.splice(0));
    this.#end = token.end;
  }

  /** In "(2+3=5)" the bracket is round the whole relation, so it is left; in \sum_{k=1} it is not. */
  #leavesBracket(): boolean {
    const { text } = this.#side;
    const opening = text.search(/\S/);
    const isWhole = this.signs.length === 0 && this.#depth === 1 && /[([]/.test(text[opening] ?? '');
    if (!isWhole || closingOf(text, opening) >= 0) return false;
    this.#side.text = text.slice(opening + 1);
    return true;
  }
}

/** Where the bracket at `opening` is closed; -1 where it is not. */
function closingOf(text: string, opening: number): number {
  let depth = 0;
  for (let at = opening; at < text.length; at++) {
    if (/[([{]/.test(text[at] as string)) depth++;
    if (/[)\]}]/.test(text[at] as string) && --depth === 0) return at;
  }
  return -1;
}
