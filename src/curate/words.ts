/**
 * A row as a sequence of hashed tokens: what near-duplicates and contamination are looked for in. A token is a word, a
 * number, a symbol, or one character of a script that is written without spaces: splitting at spaces would see no word in
 * Chinese and a single one in `x^2-5x+6=0`. How a text is set makes no difference: case, spaces, full-width forms,
 * punctuation, markdown and LaTeX's spacing.
 */

import { plainText } from './plain-text.ts';

export const KIND = { word: 0, character: 1, number: 2, symbol: 3, bracket: 4, letter: 5 } as const;

/** `7.`, `Problem 12:`, `第3题`. A colon after a bare number may be a ratio's. */
const ITEM_NUMBER =
  /^\s*(?:(?:question|problem|exercise|task|例|题目?|第)\s*\d{1,3}\s*(?:[.):、：．]|题[.:、：．]?)|\d{1,3}\s*[.)、．])(?!\d)\s*(?=\S)/iu;

/** Words and characters that make another problem where they differ, as numbers and symbols do: negations and number words. */
const WORDS_THAT_DECIDE =
  'no not never without none neither nor except cannot dont doesnt didnt isnt arent wasnt werent cant couldnt wont wouldnt shouldnt hasnt havent hadnt ' +
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen ' +
  'nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion half third quarter ' +
  'first second fourth fifth sixth seventh eighth ninth tenth once twice thrice double triple dozen ' +
  '不 没 沒 无 無 非 未 勿 〇 零 一 二 两 兩 三 四 五 六 七 八 九 十 百 千 万 萬 亿 億 半 倍';

/** The tokens of one row at a time, in arrays that are used again for the next. */
export class Words {
  /** Tokens of prompt and text together. */
  length = 0;
  /** How many of them are the prompt's; they come first. */
  promptLength = 0;
  /** Of each token, 32 bits. */
  hashes = new Uint32Array(1024);
  /** Of each token, one of {@link KIND}. */
  kinds = new Uint8Array(1024);
  /** 1 where nothing but spaces stands between a token and the one before it. */
  joined = new Uint8Array(1024);

  /** Reads a row in place of the last one; the number that an exercise has in its book is left out. */
  read(prompt: string, text = ''): this {
    this.length = 0;
    this.#scan(plainText(prompt.replace(ITEM_NUMBER, '')));
    this.promptLength = this.length;
    this.#scan(plainText(text));
    return this;
  }

  /** Whether the token belongs to a formula: a number, a symbol, a bracket or a single letter. */
  isFormal(index: number): boolean {
    return this.kinds[index]! >= KIND.number;
  }

  /** Whether another token here would make another problem of it. */
  isDecisive(index: number): boolean {
    return this.isFormal(index) || DECISIVE.has(this.hashes[index]!);
  }

  /** Whether the formula at this token began before it: `x` in `2x`. */
  isInside(index: number): boolean {
    if (index <= 0 || index >= this.length || index === this.promptLength) return false;
    return this.joined[index] === 1 && this.isFormal(index) && this.isFormal(index - 1);
  }

  #scan(text: string): void {
    // No text has more tokens than code units.
    this.#makeRoom(this.length + text.length);
    const { hashes, kinds, joined } = this;
    let isJoined = 0;
    for (let at = 0; at < text.length; ) {
      const start = at;
      const code = text.charCodeAt(at++);
      const kind = classOf(code);
      if (kind === SPACE) continue;
      let hash = stepped(OFFSET, code);
      let token: number = kind;
      if (kind === LETTER) {
        for (; at < text.length; at++) {
          const next = text.charCodeAt(at);
          // `don't` is one word, as `dont` is.
          if (next === APOSTROPHE && isLetter(text, at + 1)) continue;
          if (classOf(next) !== LETTER) break;
          hash = stepped(hash, next);
        }
        token = at - start > 1 || isArticle(text, start) ? KIND.word : KIND.letter;
      } else if (kind === DIGIT) {
        for (; at < text.length; at++) {
          const next = text.charCodeAt(at);
          if (classOf(next) !== DIGIT && !(next === POINT && isDigit(text, at + 1))) break;
          hash = stepped(hash, next);
        }
        token = KIND.number;
      } else if (kind === CHARACTER) {
        // The two halves of a rare character are one.
        if (code >= 0xd800 && code < 0xdc00 && at < text.length) hash = stepped(hash, text.charCodeAt(at++));
        token = KIND.character;
      } else if (kind === SYMBOL) {
        if (code === STAR && text.charCodeAt(at) === STAR) {
          at++;
          hash = POWER;
        }
        token = this.#isPunctuation(text, start, at) ? BREAK : isBracket(code) ? KIND.bracket : KIND.symbol;
      }
      if (token === BREAK) isJoined = 0;
      else {
        hashes[this.length] = mixed(hash);
        kinds[this.length] = token;
        joined[this.length++] = isJoined;
        isJoined = 1;
      }
    }
  }

  /** Signs that are symbols in a formula and punctuation in prose. */
  #isPunctuation(text: string, start: number, end: number): boolean {
    const code = text.charCodeAt(start);
    if (code === STAR) {
      const isBefore = start === 0 || isSpaceOrMark(text.charCodeAt(start - 1));
      const isAfter = end === text.length || isSpaceOrMark(text.charCodeAt(end));
      return end - start === 2 ? isBefore || isAfter : isBullet(text, start);
    }
    if (code === EXCLAMATION) return start === 0 || !/[\d)]/.test(text[start - 1]!);
    if (code !== HYPHEN && code !== SLASH) return false;
    let next = end;
    while (next < text.length && classOf(text.charCodeAt(next)) === SPACE) next++;
    // Between words, unless they are variables.
    const isAfterWord = this.length > 0 && this.kinds[this.length - 1] === KIND.word;
    const isBeforeWord = isLetter(text, next) && isLetter(text, next + 1);
    const isWithin = isLetter(text, start - 1) && isLetter(text, end);
    return isBullet(text, start) || (isAfterWord && isBeforeWord) || (isWithin && (isAfterWord || isBeforeWord));
  }

  #makeRoom(tokens: number): void {
    if (tokens <= this.hashes.length) return;
    const { hashes, kinds, joined } = this;
    this.hashes = new Uint32Array(2 * tokens);
    this.kinds = new Uint8Array(2 * tokens);
    this.joined = new Uint8Array(2 * tokens);
    this.hashes.set(hashes);
    this.kinds.set(kinds);
    this.joined.set(joined);
  }
}

/** Spreads 32 bits evenly (MurmurHash3's finaliser, Appleby). */
export function mixed(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

const [STAR, EXCLAMATION, HYPHEN, SLASH, APOSTROPHE, POINT] = [42, 33, 45, 47, 39, 46] as const;
/** Classes of characters; the first that is also a token's kind is SYMBOL. */
const [UNKNOWN, SPACE, LETTER, DIGIT, CHARACTER, SYMBOL, BREAK] = [0, 10, 11, 12, 13, 14, 15] as const;

/** Scripts that are written without spaces; Korean has them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;

/** Of each code unit, filled as they come. */
const CLASSES = new Uint8Array(0x10000);

function classOf(code: number): number {
  const known = CLASSES[code]!;
  if (known !== UNKNOWN) return known;
  const found = classify(String.fromCharCode(code), code);
  CLASSES[code] = found;
  return found;
}

function classify(character: string, code: number): number {
  // Halves of characters beyond the first plane: what plain text leaves of them is Han or pictures.
  if (code >= 0xd800 && code < 0xe000) return CHARACTER;
  if (character === '\n' || character === '\r') return BREAK;
  if (/[\s{}]/.test(character)) return SPACE;
  if (UNSPACED.test(character)) return CHARACTER;
  if (/[\p{L}\p{M}]/u.test(character)) return LETTER;
  if (/\p{N}/u.test(character)) return DIGIT;
  return /[-+*/^=<>%&|~!()[\]_\p{Sm}\p{Sc}]/u.test(character) && character !== '$' ? SYMBOL : BREAK;
}

/** FNV-1a over code units. */
const OFFSET = 0x811c9dc5;
const stepped = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);

const isLetter = (text: string, at: number): boolean => classOf(text.charCodeAt(at) || SPACE_CODE) === LETTER;
const SPACE_CODE = 32;

const isDigit = (text: string, at: number): boolean => classOf(text.charCodeAt(at) || SPACE_CODE) === DIGIT;

/** `a` and `i` before another word are no variables. */
function isArticle(text: string, at: number): boolean {
  return (text[at] === 'a' || text[at] === 'i') && text[at + 1] === ' ' && isLetter(text, at + 2);
}

function isSpaceOrMark(code: number): boolean {
  const kind = classOf(code);
  return kind === SPACE || kind === BREAK;
}

/** `- item` at the head of a line. */
function isBullet(text: string, at: number): boolean {
  return (at === 0 || text[at - 1] === '\n') && text[at + 1] === ' ';
}

const isBracket = (code: number): boolean => code === 40 || code === 41 || code === 91 || code === 93;

const hashOf = (word: string): number =>
  mixed([...word].reduce((hash, letter) => stepped(hash, letter.charCodeAt(0)), OFFSET));

const DECISIVE: ReadonlySet<number> = new Set(WORDS_THAT_DECIDE.split(' ').map(hashOf));

/** `**` is `^`. */
const POWER = stepped(OFFSET, '^'.charCodeAt(0));
