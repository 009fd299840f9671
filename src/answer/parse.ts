/** Reads an answer into its structure. */

import { areEquivalent } from './equivalent.ts';
import { parseFormula } from './formula.ts';
import { LIMITS, Refusal } from './limits.ts';
import { joinThousands, plainNotation } from './notation.ts';
import { readRelation } from './parse-relation.ts';
import { bracketed, cutAtTop, nestingOf, splitAtTop } from './split.ts';
import { type Brackets, type Scalar, type Structure, scalarOf } from './structure.ts';
import { quantityParts } from './unit.ts';

const NONE =
  /^(?:none|(?:there (?:is|are) |has |have )?(?:no|zero)(?: real)? (?:solutions?|roots?)(?: exists?| (?:in|over) (?:the )?reals?(?: numbers)?)?)$/i;
const EMPTY = /^(?:∅|\{\s*\}|[a-z]\s*∈\s*(?:∅|\{\s*\}))$/i;
const MATRIX = /^\\begin\{[pb]?(?:small)?matrix\}([\s\S]*)\\end\{[pb]?(?:small)?matrix\}$/;
const GROUP_END = /\s*;\s*|(?:,\s*)?\s(?:and|or)\s+/iy;
const ITEM_END = /\s*,\s*(?:(?:and|or)\s+)?/iy;
const UNION = /∪/y;
const COMMA = /,/y;
const COLON = /:/y;
const BASED = /^(-?[0-9A-Fa-f]+)_\{?(\d{1,2})\}?$/;

/**
 * Reads an answer: `2`, `x=2`, `\frac{1}{2}`, `x=3 or x=2`, `\{2,3\}`, `±2`, `(1,2)`, `x>3`, `[0,1)∪(2,3]`, `5 cm`, `3:2`,
 * `204_5`, a matrix, an equation, a word, `no real solution`. Never throws. The empty text is the text ''.
 */
export function parseAnswer(answer: string): Structure {
  const plain = answer.length > LIMITS.characters ? undefined : unwrapped(plainNotation(answer));
  if (plain === undefined) return { kind: 'unreadable', reason: 'too-long', text: answer };
  try {
    if (nestingOf(plain) > LIMITS.depth) throw new Refusal('too-deep');
    return readList(plain);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return wordsOf(plain, isProse) ?? { kind: 'unreadable', reason: error.reason, text: plain.replace(/\s+/g, '') };
  }
}

/** Several items parted by commas and words, or the one that there is. */
function readList(plain: string): Structure {
  if (NONE.test(plain) || EMPTY.test(plain)) return { kind: 'none' };
  const words = /\s(?:and|or)\s/i.test(plain) ? undefined : wordsOf(plain, isWords);
  if (words) return words;
  const cuts = cutAtTop(joinAtTop(plain), GROUP_END);
  const groups = cuts.map(({ part }) => splitAtTop(part, ITEM_END).map(readItem));
  if (groups.length === 1 && groups[0]?.length === 1) return groups[0][0] as Structure;
  const records = groups.map(recordOf);
  if (groups.length > 1 && records.every((record) => record !== undefined))
    return { kind: 'set', items: records, isNumbered: false };
  const items = groups.flat();
  if (items.some((item) => item.kind === 'interval') && cuts.some(({ separator }) => /and/i.test(separator)))
    throw new Refusal('ambiguous');
  return items.every((item) => item.kind === 'interval' || isInterval(item)) &&
    cuts.some(({ separator }) => /or/i.test(separator))
    ? { kind: 'union', items }
    : setOf(items);
}

/** Thousands outside brackets, for {4,100} has two elements and (1,234) two coordinates. */
function joinAtTop(plain: string): string {
  const text = plain.replaceAll('{,}', ',');
  const parts = text.split(/([([{].*[)\]}])/s);
  return parts.map((part, index) => (index % 2 === 0 ? joinThousands(part) : part)).join('');
}

/** `x=2, y=3` within a list of such. */
function recordOf(items: readonly Structure[]): Structure | undefined {
  const variables = items.map((item) => (item.kind === 'scalar' ? item.variable : undefined));
  const isRecord = items.length > 1 && variables.every((name) => name) && new Set(variables).size === items.length;
  return isRecord ? { kind: 'set', items, isNumbered: false } : undefined;
}

function isInterval(item: Structure): boolean {
  return item.kind === 'tuple' && item.items.length === 2;
}

/** Items of one variable share it; numbered ones (`x_1=2, x_2=3`) have an order. */
export function setOf(items: readonly Structure[], element?: string): Structure {
  // 3±1, 7 are three numbers; (x,y)=(1,2), (x,y)=(3,4) are two records.
  const isPlain = (item: Structure): boolean => item.kind !== 'scalar' || item.variable === undefined;
  const flat = items.flatMap((item) => (item.kind === 'set' && item.items.every(isPlain) ? item.items : [item]));
  const scalars = flat.filter((item) => item.kind === 'scalar');
  const names = scalars.map(({ variable }) => variable?.split('_') as [string, string?] | undefined);
  const letters = new Set(names.map((name) => name?.[0]));
  // "x=2, 3" names its variable once, at the front.
  if (names[0]) letters.delete(undefined);
  const [letter] = letters;
  const numbers = names.flatMap((name) => name?.[1] ?? []);
  const sharesOne = scalars.length === flat.length && letters.size === 1;
  if (!sharesOne) return { kind: 'set', items: flat, isNumbered: false };
  const bare = scalars.map(({ variable: _, ...rest }): Scalar => rest);
  const named = letter ?? element;
  const variable = named ? { variable: named } : {};
  if (numbers.length === 0) return { kind: 'set', items: bare, isNumbered: false, ...variable };
  if (new Set(numbers).size < flat.length) return { kind: 'set', items: flat, isNumbered: false };
  const order = bare.map((item, index) => [Number(numbers[index]), item] as const).sort((a, b) => a[0] - b[0]);
  return { kind: 'set', items: order.map(([, item]) => item), isNumbered: true, ...variable };
}

/** One item. @throws Refusal. */
export function readItem(text: string): Structure {
  if (NONE.test(text) || EMPTY.test(text)) return { kind: 'none' };
  const unions = splitAtTop(text, UNION);
  if (unions.length > 1) return { kind: 'union', items: unions.map(readItem) };
  const [, element, collection] = /^([a-zA-Z])\s*∈\s*(.+)$/.exec(text) ?? [];
  if (element && collection) return memberOf(element, readItem(collection));
  return readRelation(text, readItem) ?? readBracketed(text) ?? readMatrix(text) ?? readRatio(text) ?? readNumber(text);
}

/** `x ∈ {2, 3}`, `x ∈ [0, 1)` */
function memberOf(variable: string, collection: Structure): Structure {
  if (collection.kind === 'set') return setOf(collection.items, variable);
  if (collection.kind === 'scalar') return { ...collection, variable };
  if (collection.kind === 'tuple' || collection.kind === 'union') return collection;
  throw new Refusal('not-numeric');
}

function readBracketed(text: string): Structure | undefined {
  const brackets = bracketed(text);
  if (!brackets) return undefined;
  const { open, close, inner } = brackets;
  const items = splitAtTop(inner, COMMA);
  if (open === '{' && close === '}') {
    // {x | x > 2} says what its elements are like.
    if (/[|:]/.test(inner)) throw new Refusal('not-numeric');
    const read = items.map(readItem);
    return read.length === 1 ? read[0] : setOf(read);
  }
  if (items.length < 2) return /^\\begin|[=<>≤≥]/.test(inner) ? readItem(inner.trim()) : undefined;
  const pair = `${open}${close}`.replace('⟨', '(').replace('⟩', ')');
  if (!/^[[(][\])]$/.test(pair)) throw new Refusal('not-numeric');
  return { kind: 'tuple', items: items.map(readItem), brackets: pair as Brackets };
}

function readMatrix(text: string): Structure | undefined {
  const [, body] = MATRIX.exec(text) ?? [];
  if (body === undefined) return undefined;
  const rows = body.split('⏎').filter((row) => row.trim() !== '');
  return { kind: 'matrix', rows: rows.map((row) => row.split('&').map((cell) => readItem(cell.trim()))) };
}

function readRatio(text: string): Structure | undefined {
  const terms = splitAtTop(text, COLON);
  if (terms.length < 2) return undefined;
  return { kind: 'ratio', terms: terms.map((term) => parseFormula(term)) };
}

/** A number in a base, a formula with or without a unit, `3±2`. */
export function readNumber(text: string): Structure {
  const [, digits, base] = BASED.exec(text.replaceAll(' ', '')) ?? [];
  if (digits && base) return { kind: 'based', digits: digits.toLowerCase(), base };
  const quantity = quantityParts(text);
  if (quantity) return { ...scalarOf(parseFormula(quantity.number)), unit: quantity.unit };
  if (!text.includes('±')) return wordsOf(text, isWords) ?? scalarOf(parseFormula(text));
  const [above, below] = [text.replace('±', '+'), text.replace('±', '-')].map((reading) =>
    scalarOf(parseFormula(reading)),
  ) as [Scalar, Scalar];
  return areEquivalent(above.expression, below.expression)
    ? above
    : { kind: 'set', items: [above, below], isNumbered: false };
}

/** Takes off what is put round an answer: a box, quotes, a full stop. */
function unwrapped(text: string): string {
  // Lines part items, save in a matrix. White space is made single first: patterns on runs of it are slow.
  const lines = text.includes('\\end{') ? [text] : text.split('\n').filter((line) => line.trim() !== '');
  const bare = lines
    .join('; ')
    .trim()
    .replace(/^([`"'])(.*)\1$/s, '$2')
    .replace(/(?<!\.)\.$/, '')
    .replace(/^=/, '')
    .replace(/\s+/g, ' ')
    .trim();
  const boxed = /^\\boxed\s?(\{.*\})$/.exec(bare);
  const content = boxed && bracketed(boxed[1] as string);
  return content ? unwrapped(content.inner) : bare;
}

const FUNCTION_WORD = /(?:^|[^\p{L}])(?:pi|sin|cos|tan|log|ln|exp|sqrt|infinity)(?:[^\p{L}]|$)/iu;

/** Words without a number among them, or a letter that is no constant. */
function isWords(text: string): boolean {
  if (/^\p{L}$/u.test(text)) return !/^[eiπ∞]$/.test(text);
  return /^[\p{L}\p{M}\s'’()-]*$/u.test(text) && /\p{L}{2}/u.test(text) && !FUNCTION_WORD.test(text);
}

/** Numbers too, and punctuation: what is no mathematics although it could not be read as any. */
function isProse(text: string): boolean {
  return /^[\p{L}\p{M}\d\s'’.,;:!?()-]*$/u.test(text) && /\p{L}{2}/u.test(text);
}

/** Words compare without regard to case, a bracketed letter as the letter; `undefined` for what is no such words. */
function wordsOf(plain: string, are: (text: string) => boolean): Structure | undefined {
  const inner = /^\((\p{L})\)$/u.exec(plain)?.[1] ?? plain;
  return inner === '' || are(inner) ? { kind: 'text', text: inner.toLowerCase() } : undefined;
}
