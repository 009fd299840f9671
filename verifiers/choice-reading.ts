/**
 * Which option a text chooses. Every letter that is named counts, unless the text says that it is not the one: so "C is
 * wrong, D" is D, and "B or C" is no choice. A letter that may be a word ("A fox", "I think") is a word.
 */

import { textForm, withoutCase } from './exact.ts';

/** The letters that may be chosen and, where the options are known, the letter of each option's text. */
export interface Options {
  readonly letters: string;
  readonly letterOf: ReadonlyMap<string, string>;
}

export type Choice = { readonly letter: string } | { readonly reason: 'no-choice' | 'hedged' | 'contradictory' };

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** `A) Paris`, `A. Paris`: a label that the option's own letter makes superfluous. */
const LABEL = /^[([]?([A-Z])[)\].:]\s*/;

/**
 * Options by their texts; without any, all letters may be chosen and no text can.
 * @returns what is wrong with them: none, more than 26, a blank one, two that are the same, or one that is another's letter.
 */
export function optionsOf(texts: readonly string[] | undefined): Options | { readonly fault: string } {
  if (!texts) return { letters: ALPHABET, letterOf: new Map() };
  if (texts.length < 2 || texts.length > ALPHABET.length)
    return { fault: `expected 2 to 26 options, got ${texts.length}` };
  const letters = ALPHABET.slice(0, texts.length);
  const isLabelled = texts.every((text, index) => LABEL.exec(text)?.[1] === letters[index]);
  const letterOf = new Map<string, string>();
  for (const [index, text] of texts.entries()) {
    const form = optionForm(isLabelled ? text.replace(LABEL, '') : text);
    const letter = letters[index] as string;
    if (form === '') return { fault: `option ${letter} is blank` };
    if (letterOf.has(form)) return { fault: `options ${letterOf.get(form)} and ${letter} are the same` };
    if (form.length === 1 && letters.includes(form.toUpperCase()) && form.toUpperCase() !== letter) {
      return { fault: `the text of option ${letter} is the letter of another` };
    }
    letterOf.set(form, letter);
  }
  return { letters, letterOf };
}

/** A letter in front: `C`, `(C)`, `C.`, `C: text`, `c) text`; group 1 is it, group 2 what follows. */
const HEAD = /^[([{]?\s?([A-Za-z])\s?(?:$|(?:[)\]}]|[.:](?!\p{Ll})|[：．。]|\s[-–—](?=\s))\s?(.*)$)/u;

/** Reads a choice that is nothing else: a letter, an option's text, or both. */
export function plainChoice(text: string, options: Options): (Choice & { readonly rest?: string }) | undefined {
  const form = unmarked(text);
  const named = options.letterOf.get(optionForm(form));
  if (named) return { letter: named };
  const [, written = '', rest = ''] = HEAD.exec(form) ?? [];
  const letter = written.toUpperCase();
  if (letter === '' || !options.letters.includes(letter)) return undefined;
  if (rest.trim() === '') return { letter };
  const other = textInFront(rest, options);
  if (!other) return { letter, rest };
  if (other.letter !== letter) return { reason: 'contradictory' };
  return other.rest.trim() === '' ? { letter } : { letter, rest: other.rest };
}

/**
 * Reads a choice out of prose. Options count by their texts, too; those that are bare numbers only where no letter is
 * named, for "3 + 1 = 4, so B" chooses B.
 */
export function statedChoice(text: string, options: Options): Choice {
  const plain = plainChoice(text, options);
  if (plain && ('reason' in plain || plain.rest === undefined)) return plain;
  const named = (prose: string, isMeant: (form: string) => boolean): Mention[] =>
    mentionsOf(withLetters(prose, options, isMeant), options);
  if (plain) return decided([{ letter: plain.letter, isDenied: false }, ...named(plain.rest ?? '', () => true)]);
  const prose = unmarked(text);
  const worded = named(prose, (form) => /\p{L}/u.test(form));
  return decided(worded.length > 0 ? worded : named(prose, () => true));
}

function optionForm(text: string): string {
  return withoutCase(unmarked(text)).replace(/\s?[.。]$/, '');
}

const MARKUP = /\\(?:text|textbf|textit|mathrm|mathbf|boxed|operatorname)\s?\{([^{}]*)\}/g;

/** One line without bold type, dollars and boxes; circled letters are letters. */
function unmarked(text: string): string {
  const bare = textForm(text).replace(MARKUP, '$1').replace(MARKUP, '$1');
  return bare
    .replace(/\*\*|__|[*`$⟦⟧]/g, '')
    .replace(/[Ⓐ-ⓩ]/g, (letter) => letter.normalize('NFKC'))
    .trim();
}

/** The option whose text a text begins with, the longest one, and what follows it. */
function textInFront(text: string, { letterOf }: Options): { letter: string; rest: string } | undefined {
  const found = new RegExp(`^(?:${alternativesOf([...letterOf.keys()])})`, 'iu').exec(text)?.[0];
  const letter = found && letterOf.get(withoutCase(found));
  return letter ? { letter, rest: text.slice(found.length).replace(/^[\s.;。]+/, '') } : undefined;
}

interface Mention {
  readonly letter: string;
  /** The text says that it is not this one. */
  readonly isDenied: boolean;
}

function decided(mentions: readonly Mention[]): Choice {
  const letters = new Set(mentions.filter(({ isDenied }) => !isDenied).map(({ letter }) => letter));
  const [letter] = letters;
  if (letter === undefined) return { reason: 'no-choice' };
  const isTakenBack = mentions.some((mention) => mention.isDenied && mention.letter === letter);
  return letters.size > 1 || isTakenBack ? { reason: 'hedged' } : { letter };
}

/** A denial ends where its clause does. */
const CLAUSE =
  /([;:!?，；：。！？()—]|,|\.(?!\S)|\b(?:but|so|therefore|thus|hence|because|since|although|while|whereas|mais|donc|car|aber|sondern|weil|denn|pero|sino|porque|mas|ma)\b|但|而是|所以|因此|因为)/iu;
/** "C because A is smaller" speaks of A without choosing it, unless it says that A is right, too. */
const REASON = /^(?:because|since|car|weil|denn|porque|因为)$/i;
const ASSERTED =
  /\b(?:right|correct|true|best|better|answer|valid|plausible|possible|works|fits|juste|vraie?|richtig|wahr|correct[oa])\b|对|正确/iu;
const ALL_BUT = /\b(?:anything|everything|all|any) but\b/gi;
/** `P(A)`, `f(C)`: a letter between such brackets is no option. */
const CALL = /[\p{L}\p{N}]\([^()]{0,80}\)/gu;
const BRACKETED = /[([{]\s?([A-Z])\s?[)\]}]/g;
const LIST_COMMA =
  /(?<![\p{Script=Latin}\p{N}])([A-Z]⟧?),(?: ?(?:and|or|und|oder|et|ou|y|o))?\s?(?=⟦?[A-Z](?![\p{Script=Latin}\p{N}]))/gu;
const LETTER = /(?<![\p{Script=Latin}\p{N}_'\\°-])(⟦?)([A-Z])⟧?(?![\p{Script=Latin}\p{N}_'-])/gu;
/** What makes two letters one statement: "A and B are wrong". */
const CONNECTOR = /^\s*(?:\/|&|and|or|nor|und|oder|noch|et|ou|ni|y|o|e|和|或|与|或者|、)\s*$/i;

/** The letters that a text names, each with whether it is denied. */
function mentionsOf(text: string, { letters }: Options): Mention[] {
  const marked = text
    .replace(CALL, ' ')
    .replace(BRACKETED, '⟦$1⟧')
    .replace(LIST_COMMA, '$1 or ')
    .replace(ALL_BUT, ' except ')
    .replace(NO_DENIAL, ' ');
  return clausesOf(marked).flatMap(({ clause, isReason }) => {
    const found = [...clause.matchAll(LETTER)].filter(
      ([whole, bracket, letter = ''], at, all) =>
        letters.includes(letter) && (bracket !== '' || !isWord(clause, all[at]?.index ?? 0, whole.length)),
    );
    const starts = found.map(({ index }) => index);
    const ends = found.map(({ index, 0: whole }) => index + whole.length);
    const between = (at: number) => clause.slice(ends[at], starts[at + 1] ?? clause.length);
    const denial = clause.search(DENIAL);
    const isDenied: boolean[] = [];
    for (let at = 0; at < found.length; at++) {
      const isJoined = at > 0 && CONNECTOR.test(between(at - 1));
      isDenied[at] = isJoined ? (isDenied[at - 1] as boolean) : denial >= 0 && denial < (starts[at] as number);
    }
    for (let at = found.length - 1; at >= 0; at--) {
      const isLast = at === found.length - 1;
      const isJoined = !isLast && CONNECTOR.test(between(at));
      if (isJoined ? isDenied[at + 1] : deniesBehind(between(at), isLast)) isDenied[at] = true;
    }
    const mentions = found.map(({ 2: letter = '' }, at) => ({ letter, isDenied: isDenied[at] as boolean }));
    return isReason && !ASSERTED.test(clause) ? mentions.filter((mention) => mention.isDenied) : mentions;
  });
}

function clausesOf(text: string): { clause: string; isReason: boolean }[] {
  // The pattern is one group, so that every other part is what parts two clauses.
  const parts = text.split(CLAUSE);
  return parts.flatMap((clause, index) =>
    index % 2 === 0 ? [{ clause, isReason: REASON.test(parts[index - 1] ?? '') }] : [],
  );
}

/** Words that follow a letter which is an option, where a noun would follow an article. */
const PREDICATE =
  /^\s+(?:is|are|was|isn't|and|or|nor|not|no|as|can|can't|cannot|could|would|wouldn't|must|should|seems|looks|does|doesn't|has|fits|fails|works|matches|too|alone|only|rather|est|n'est|ist|es|non|nicht|wird|ne)\b/;
const NAMING =
  /(?:option|choice|answer|letter|alternative|réponse|opción|respuesta|antwort|opzione|risposta|resposta)\s*$/i;

/** Whether a capital letter is a word of one letter: an article or pronoun at the head of its clause, or English I. */
function isWord(clause: string, index: number, size: number): boolean {
  const before = clause.slice(Math.max(0, index - 20), index);
  const after = clause.slice(index + size, index + size + 20);
  const letter = clause[index] as string;
  if (!'AEIOY'.includes(letter) || NAMING.test(before)) return false;
  if (!/^\s+\p{L}/u.test(after)) return false;
  return letter === 'I' ? !/^\s+(?:is|and|or|nor)\b/.test(after) : before.trim() === '' && !PREDICATE.test(after);
}

/** Turns of phrase that deny nothing. */
const NO_DENIAL =
  /\b(?:no doubt|without (?:a |any )?doubt|not only|none other than|nothing but|no question|sans (?:aucun )?doute|sin duda|ohne zweifel)\b/gi;
const DENIAL =
  /\b(?:not|no|non|never|neither|nor|without|except|excluding|exclud\w+|eliminat\w+|rul\w+ out|reject\w*|discard\w*|rather than|instead of|unlike\w*|cannot|doubt\w*|hardly|far from|pas|ni|jamais|sauf|nicht|nie|kein\w*|weder|noch|außer|nunca|tampoco|salvo|não|nem)\b|n't\b|不|非|没|别|排除|除了|以外|ではな|じゃな/iu;
const BEHIND =
  /^[^\p{L}]*(?:(?:is|are|was|were|be|can|could|does|do|did|would|must|should|seems?|looks?|appears?|turns? out to|has to|have to|may|might|to|clearly|obviously|certainly|definitely|also|both|all|therefore|est|sont|ist|sind|es|son|è|é)\s+){0,4}/iu;
const WRONG =
  /^(?:wrong|incorrect|false|impossible|out\b|ruled out|eliminated|excluded|too\b|fails?\b|contradicts?\b|faux|fausse|incorrecte?|falsch|unmöglich|incorrect[oa]|fals[oa]|errad[oa]|sbagliat[oa]|错|排除|不对|不正确|不成立)/iu;
const NEGATED = /^(?:not\b|never\b|cannot\b|\p{L}{2,6}n't\b|nicht\b|n'est pas|no\b|non\b|不|不是)/iu;

/** "C is wrong" denies wherever it stands, "C is not …" only at the end of its clause: "B is not A" chooses B. */
function deniesBehind(behind: string, isLast: boolean): boolean {
  const predicate = behind.slice(0, 120).replace(BEHIND, '');
  return WRONG.test(predicate) || (isLast && NEGATED.test(predicate));
}

/** Where an option's text begins and ends: in no word, no number, and behind no minus sign. */
const [BEGINNING, ENDING] = ['(?<![\\p{L}\\p{N}-]|\\p{N}[.,/])', '(?![\\p{L}\\p{N}%°]|[.,/]\\p{N})'];
const HAN = /^\p{Script=Han}/u;

/** A pattern of options' texts, the longest first. Without any it matches nothing. */
function alternativesOf(forms: readonly string[]): string {
  const patterns = [...forms]
    .sort((left, right) => right.length - left.length)
    .map((form) => form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .map((form) => (HAN.test(form) ? form : `${BEGINNING}${form}${ENDING}`));
  return patterns.join('|') || '(?!)';
}

/** A text with the options' texts replaced by their letters in brackets. */
function withLetters(text: string, { letterOf }: Options, isMeant: (form: string) => boolean): string {
  const forms = [...letterOf.keys()].filter((form) => form.length > 1 || /\p{N}/u.test(form)).filter(isMeant);
  return text.replace(new RegExp(alternativesOf(forms), 'giu'), (found) => {
    const letter = letterOf.get(withoutCase(found));
    return letter ? `⟦${letter}⟧` : found;
  });
}
