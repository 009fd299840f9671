/**
 * The mathematics in prose: cuts a trace as R1-like models write it into sentences, and finds in them the chains of
 * relations, `18 mph × 1.5 hours = 27 miles` as well as `\[ x = \frac{810}{30} = 27 \]`. Units are set aside, words that
 * compute are spelt as signs, and everything else that is not mathematics ends a chain. One pass over the text.
 */

import { type Chain, ChainDraft, type ChainSide, type ChainSign, FUNCTION_NAME } from './chain.ts';
import { type ProseLine, type ProseToken, proseLines } from './prose-tokens.ts';

export interface Prose {
  readonly sentences: readonly string[];
  readonly chains: readonly Chain[];
}

const REACH = 160;

const SIGNS: Readonly<Record<string, ChainSign>> = { '<=': '≤', '>=': '≥', '!=': '≠', '==': '=' };
const COMMANDS = /^\\(?:frac|binom|pi|alpha|beta|gamma|delta|theta|lambda|mu|phi|omega)$/;
const OPERATORS: Readonly<Record<string, string>> = {
  ...{ times: '*', plus: '+', minus: '-', over: '/', squared: '^2', cubed: '^3' },
};
const EQUALS = /^(?:is|equals|gives|makes)$/;
/** Behind a number, these are never a unit; elsewhere, the short ones are never a product of variables. */
const PROSE =
  /^(?:a|also|an|and|are|as|at|be|because|but|by|can|choose|does|either|even|followed|for|from|gives|has|have|hence|if|implies|in|instead|into|is|it|leaves|leaving|left|less|means|mod|modulo|more|must|no|not|odd|of|on|only|or|plus|remainder|same|should|since|so|still|than|that|the|then|therefore|this|thus|to|too|until|using|versus|via|vs|was|we|when|where|which|while|will|with|would|yes)$/;
/** Letters in a row that may be a product of variables. */
const LONGEST_PRODUCT = 3;
/** Words in a row that may be a unit: "cubic feet per second". */
const LONGEST_UNIT = 5;
/** Units of one letter; elsewhere it is a variable. */
const LETTER_UNIT = /^[mgshlLNJKWVC]$/;
/** Short words that are units and no products of variables even under a power. */
const SHORT_UNIT = /^(?:[mcdknμ]m|in|ft|yd|mi|kg|mg|ms|Hz|Pa|eV|mol|sec|min|hr|lb)$/;

/** Cuts a trace into sentences and the chains of relations in them, both in the order of writing. */
export function readProse(trace: string): Prose {
  const sentences: string[] = [];
  const chains: Chain[] = [];
  let previous: ChainSide | undefined;
  for (const line of proseLines(trace)) {
    const found = new LineReader(line, sentences, previous).chains();
    chains.push(...found);
    const last = found.at(-1);
    previous = last?.tail.trim() === '' ? last.sides.at(-1) : undefined;
  }
  return { sentences, chains };
}

class LineReader {
  readonly #line: ProseLine;
  readonly #sentences: string[];
  readonly #chains: Chain[] = [];
  /** Chains of the sentence that is being read: their tails are known at its end. */
  #open: ChainDraft[] = [];
  #sentenceStart = 0;
  #draft: ChainDraft | undefined;
  /** The word in front, while nothing stands between. */
  #before = '';
  /** Tokens up to here are the power of a unit. */
  #skipUntil = 0;

  /** @param previous the side that the line goes on from if it starts with a sign. */
  constructor(line: ProseLine, sentences: string[], previous: ChainSide | undefined) {
    this.#line = line;
    this.#sentences = sentences;
    const [first] = line.tokens;
    if (first?.kind === 'sign' && previous) this.#draft = new ChainDraft('', first.start, previous);
  }

  chains(): readonly Chain[] {
    for (const [index, token] of this.#line.tokens.entries()) {
      if (index >= this.#skipUntil) this.#read(token, index);
    }
    this.#endSentence(this.#line.text.length);
    return this.#chains;
  }

  #read(token: ProseToken, index: number): void {
    switch (token.kind) {
      case 'end':
        this.#endSentence(token.end);
        break;
      case 'number':
        if (this.#draft && !this.#continues(index)) this.#break();
        // 3.33… is not 3.33.
        this.#take(token).addOperand(token, this.#at(index + 1)?.kind === 'opaque');
        break;
      case 'command':
        if (COMMANDS.test(token.text) || FUNCTION_NAME.test(token.text)) this.#take(token).addOperand(token, false);
        else this.#take(token).addOpaque(token);
        break;
      case 'word':
        this.#readWord(token, index);
        break;
      case 'operator':
        if (token.text === '^' && this.#draft?.last === 'unit') this.#skipPower(index);
        // An index or a base, as in 52_8.
        else if (token.text === '_') this.#take(token).addOpaque(token);
        else this.#take(token).addOperator(token);
        break;
      case 'postfix':
        if (this.#draft?.last === 'operand') this.#take(token).addPostfix(token);
        else this.#break();
        break;
      case 'sign':
        this.#take(token).addSign(token, SIGNS[token.text] ?? (token.text as ChainSign));
        break;
      case 'opaque':
        this.#take(token).addOpaque(token);
        break;
      case 'open':
      case 'close':
        if (this.#isBreak(token, index)) this.#break();
        else this.#take(token).addBracket(token);
        break;
      default:
        this.#break();
    }
  }

  #readWord(token: ProseToken, index: number): void {
    const word = token.text.toLowerCase();
    const draft = this.#draft;
    const operator = this.#operatorOf(word, index);
    if (draft && operator === 'is') draft.addSign(token, 'is');
    else if (draft && operator) draft.addOperator(token, operator);
    else if (this.#isSymbol(token, index)) {
      if (draft?.last === 'unit') this.#break();
      this.#take(token).addOperand(token, /['’′]$/.test(token.text));
    } else if (draft && this.#isUnit(word, draft)) draft.addUnit(word);
    else if (draft?.last === 'operator' || draft?.last === 'opaque' || this.#isCall(index)) {
      // A name in a formula, as in "distance = speed * 3" and floor(7/2).
      this.#take(token).addOpaque(token);
    } else {
      this.#break();
      this.#before = word;
    }
  }

  /** What a word behind an operand computes: `*` for "times", and for the "of" in "20% of"; `is` for a claim. */
  #operatorOf(word: string, index: number): string | undefined {
    const draft = this.#draft;
    if (draft?.last !== 'operand' && draft?.last !== 'unit') return undefined;
    if (Object.hasOwn(OPERATORS, word)) return OPERATORS[word];
    // 10 divided by 2/3 is not 10/2/3.
    const isBy = this.#at(index + 1)?.text === 'by' && this.#at(index + 2)?.kind === 'number';
    if (/^(?:divided|multiplied)$/.test(word) && isBy && this.#at(index + 3)?.text !== '/') {
      this.#skipUntil = index + 2;
      return word === 'divided' ? '/' : '*';
    }
    if (word === 'of' && draft.last === 'operand' && /(?:%|\}|\d\/\d+)$/.test(draft.side.text)) return '*';
    return EQUALS.test(word) && this.#isClaim(draft, index) ? 'is' : undefined;
  }

  /** "21 divided by 3 is 7": computed on the left, one number on the right. */
  #isClaim(draft: ChainDraft, index: number): boolean {
    const [next, after] = [this.#at(index + 1), this.#at(index + 2)];
    const isNumber = next?.kind === 'number' || (next?.text === '-' && after?.kind === 'number');
    return isNumber && draft.depth === 0 && /[\d)}]\s?[-+*/^]/.test(draft.side.text);
  }

  /** Whether a word is a variable, or a product of some: what stands next to it tells. */
  #isSymbol(token: ProseToken, index: number): boolean {
    const [previous, next] = [this.#at(index - 1), this.#at(index + 1)];
    if (FUNCTION_NAME.test(token.text)) return this.#opensOperand(next);
    if (token.text.replace(/_.*|[\d₀-₉'’′]/g, '').length > LONGEST_PRODUCT) return false;
    const last = this.#draft?.last;
    const isLetter = /^\p{L}(?:_|[\d₀-₉'’′]|$)/u.test(token.text);
    const isGlued = !token.isApart && previous !== undefined && /^(?:number|close|operator|open)$/.test(previous.kind);
    const isFactor = next?.kind === 'open' && (!next.isApart || (isLetter && !isLongWord(this.#at(index + 2))));
    const opensFormula = next !== undefined && (/^(?:sign|operator|command)$/.test(next.kind) || isFactor);
    const isEnglish = token.text === 'I' || PROSE.test(token.text.toLowerCase());
    if (isEnglish) return isLetter && (isGlued || (opensFormula && !isFactor));
    if (isGlued || last === 'operator') return true;
    // "= 9248 π", "= 5 x": behind a number, a letter that is no unit.
    if (last === 'operand' && isLetter && previous?.kind === 'number' && !LETTER_UNIT.test(token.text)) return true;
    const isPower = next?.text === '^' && !next.isApart && !SHORT_UNIT.test(token.text);
    return opensFormula && (isLetter || last === undefined || isPower) && last !== 'unit';
  }

  /** Whether what follows a function's name can be its argument. */
  #opensOperand(next: ProseToken | undefined): boolean {
    return next !== undefined && (/^(?:number|command|open)$/.test(next.kind) || next.text.length === 1);
  }

  #isUnit(word: string, { last, unitCount }: ChainDraft): boolean {
    if ((last !== 'operand' && last !== 'unit') || unitCount >= LONGEST_UNIT) return false;
    if (last === 'unit' && /^(?:of|per|a|an)$/.test(word)) return true;
    return word.length > 1 ? !PROSE.test(word) && !EQUALS.test(word) : LETTER_UNIT.test(word);
  }

  #isCall(index: number): boolean {
    const next = this.#at(index + 1);
    return next?.kind === 'open' && !next.isApart;
  }

  /** Whether a number goes on with the chain: behind an operator, or as the fraction of a mixed number. */
  #continues(index: number): boolean {
    const draft = this.#draft;
    if (draft?.last !== 'operand') return draft?.last !== 'unit';
    if (draft.side.isOpaque || !this.#at(index)?.isApart) return true;
    const [slash, bottom] = [this.#at(index + 1), this.#at(index + 2)];
    const isFraction = slash?.text === '/' && !slash.isApart && bottom?.kind === 'number';
    return isFraction && /(?:^|[-+*/( ])\d+$/.test(draft.side.text);
  }

  /** An aside in brackets, "(since 2+3=5)", is no factor, and its closing bracket belongs to nothing. */
  #isBreak(token: ProseToken, index: number): boolean {
    if (token.kind === 'close') return (this.#draft?.depth ?? 0) === 0;
    return this.#draft?.last === 'unit' || isLongWord(this.#at(index + 1));
  }

  /** The power of a unit belongs to the unit: cm^2, m^{-3}. */
  #skipPower(index: number): void {
    const rest = this.#line.tokens.slice(index + 1, index + 6);
    const end = rest.findIndex(({ kind }) => kind === (rest[0]?.kind === 'open' ? 'close' : 'number'));
    this.#skipUntil = index + 2 + end;
  }

  #at(index: number): ProseToken | undefined {
    return this.#line.tokens[index];
  }

  /** The chain that a piece of mathematics belongs to, a new one if need be. */
  #take(token: ProseToken): ChainDraft {
    this.#draft ??= new ChainDraft(this.#before, token.start);
    this.#before = '';
    return this.#draft;
  }

  #break(): void {
    if (this.#draft && this.#draft.signs.length > 0) this.#open.push(this.#draft);
    this.#draft = undefined;
    this.#before = '';
  }

  #endSentence(end: number): void {
    this.#break();
    const { text } = this.#line;
    for (const draft of this.#open) {
      this.#chains.push({
        sides: draft.sides(),
        signs: draft.signs,
        before: draft.before,
        sentence: this.#sentences.length,
        head: text.slice(Math.max(this.#sentenceStart, draft.start - REACH), draft.start),
        tail: text.slice(draft.end, Math.min(end, draft.end + REACH)),
      });
    }
    this.#open = [];
    const sentence = text.slice(this.#sentenceStart, end);
    if (sentence.trim() !== '') this.#sentences.push(sentence);
    this.#sentenceStart = end;
  }
}

function isLongWord(token: ProseToken | undefined): boolean {
  return token?.kind === 'word' && token.text.length > LONGEST_PRODUCT;
}
