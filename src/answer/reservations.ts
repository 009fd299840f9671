/**
 * What the words round a relation say of it: that it is only supposed, that it is called off, or that it does not mean
 * plain arithmetic. Only a relation that is false is asked about: what is true needs no excuse.
 */

import type { Chain, ChainSide } from './chain.ts';
import { Rational } from './rational.ts';

/** How many characters of a sentence are looked at. */
const REACH = 120;
/** A sentence that says nothing by itself has at most so many characters. */
const SHORT = 12;

const SUPPOSED =
  /\b(?:if|unless|suppose|supposing|assum\w+|whether|imagine|would|were|should|want|wants|need|needs)\b[^,;:]*$/i;
/** Says by itself that what stands before it is not so. */
const DENIES =
  /\b(?:contradict\w*|impossible|absurd|extraneous|invalid|inconsistent|no solutions?|not (?:a )?(?:solution|root|true|valid|possible|correct|right|equal))\b/i;
/** Says so if it is about what stands before it. */
const OBJECTS =
  /\b(?:oops|scratch that|mistake|error|miscalculat\w*|mis(?:read|took|counted)|incorrect(?:ly)?|wrong(?:ly)?|false|reject\w*|too (?:big|small|large|low|high)|can(?:not|['’]t)|(?:is|was|are|does|do|did|has|have|could|would)(?: not|n['’]t)|['’](?:re|s) not|not|no|recompute|recalculate|redo|correction|fails?|try again)\b/i;
/** How a sentence, or the rest of one, begins that is about what stands before it. */
const POINTS_BACK =
  /^[\s,.;:()?!*"'—-]*(?:(?:but|and|so|hmm+|oh|again|yes|well|okay|ok|because|since)[\s,]+){0,3}(?:wait|no|nope|that|this|which|it|not|oops|false|wrong|incorrect|hold on|actually|i (?:made|mis\w*|forgot)|there|let me|scratch|correction|sorry|these|they|both)\b/i;
/** A pause for thought: what stands before it is only called off if it is set right behind it. */
const DOUBTED = /\b(?:wait|hold on|hmm|actually|let me|double[- ]check|re-?check|reconsider|seems? off)\b/i;
/** Signs that the equality is not one of plain numbers; a congruence reaches into the sentences before and behind. */
const OTHER_MEANING = /\b(?:remainders?|base|cyclic\w*|repeats?|pattern|clock|o'clock)\b|[ap]\.m\./i;
const CONGRUENCE = /≡|\\[bp]?mod|\\equiv|\b(?:mod|modulo|congruent|(?:last|units?|ones|final|unit) digits?)\b/i;
const CONCLUDES = /^(?:|so|then|thus|therefore|hence|gives|get|giving|means|that)$/;
const TRIES =
  /\b(?:for|when|at|in|if|case|cases|plug\w*|try|trying|let|set|take|or|test|testing|check|say|suppose|assume|where|with|using|substitut\w*|option|possible|could|would|example|instance)\b|:/i;
const JOINS =
  /^(?:so|then|that|thus|now|since|because|hence|therefore|but|where|while|implies|imply|means|mean|gives|get|giving|have)$/;
/** Words that take the number behind them away from the relation: "the square of 5 = 25", "3 choose 2 = 3". */
const TAKES_NUMBER = /^(?:of|by|than|choose|per|at|mod|modulo)$/;
const CHANGES_NUMBER =
  /^\s*(?:(?:or|to)\s+\d|,?\s*(?:with|followed|remainder|r\b|in\b|mod|\(?mod|million|billion|trillion|thousand|hundred|dozen|percent|digits?|choose|and (?:a )?(?:half|remainder))|[…_^\\:']|\.\.|\p{L}+\s*\(\s*[\d\\(])/iu;
const REMAINDER =
  /^[\s,]*(?:\(?(?:with|and|leaving|leaves|giving)?\s*(?:an?|the)?\s*)(?:remainder|rem\.?|R)\s*(?:of|is|=|:)?\s*(\d{1,30})(?!\s*[-+*/^=\d]|\.\d)/i;

/** π for a parallax; a/b·10^n for a/(b·10^n); log of base 10 or e; sin 120 in degrees or radians; sin 2·9° of either; 5! that may be an exclamation. */
const HAS_OTHER_READING =
  /^\s*(?:π|\\pi)\s*$|\/\s*[\d.]+\s*\*\s*10\s*\^|log(?![_^])|!\s*$|(?:sin|cos|tan|cot|sec|csc)(?!.*(?:°|π|\\pi))|(?:sin|cos|tan)\s*\d+\s*\*/;

/** Units of one dimension: what is equal in two of them is not equal as a number. */
const DIMENSIONS: readonly RegExp[] = [
  /^(?:mm|cm|dm|m|km|millimet\w+|centimet\w+|met(?:er|re)s?|kilomet\w+|inch(?:es)?|in|feet|foot|ft|yards?|yd|miles?|mi)$/,
  /^(?:s|sec|secs|seconds?|min|mins|minutes?|h|hr|hrs|hours?|days?|weeks?|months?|years?)$/,
  /^(?:mg|g|kg|milligrams?|grams?|kilograms?|tons?|tonnes?|ounces?|oz|pounds?|lbs?)$/,
  /^(?:cents?|pennies|nickels?|dimes?|quarters?|dollars?|pounds?|pence)$/,
  /^(?:ml|l|millilit\w+|lit(?:er|re)s?|cups?|pints?|quarts?|gallons?|teaspoons?|tablespoons?)$/,
  /^(?:°|degrees?|radians?|revolutions?|turns?|arc\w+)$/,
  /^(?:dozens?|pairs?|sets?|groups?|boxes|packs?)$/,
];

/** Whether the relation is only supposed, asked or tried. */
export function isConditional({ head, sentence }: Chain, sentences: readonly string[]): boolean {
  return SUPPOSED.test(head) || sentences[sentence]?.trimEnd().endsWith('?') === true;
}

/**
 * Whether the rest of its sentence, or the sentence behind it, calls the relation off, or whether it is at least doubted
 * within two sentences; `undefined` for neither.
 */
export function objectionTo(
  { tail, sentence }: Chain,
  sentences: readonly string[],
): 'called-off' | 'doubted' | undefined {
  const [next = '', afterNext = ''] = [1, 2].map((step) => sentences[sentence + step]?.slice(0, REACH));
  // "Hmm." and "Wait." are sentences of their own.
  const behind = [tail, next.trim().length > SHORT ? next : `${next} ${afterNext}`];
  const isCalledOff = behind.some((text) => DENIES.test(text) || (POINTS_BACK.test(text) && OBJECTS.test(text)));
  if (isCalledOff) return 'called-off';
  return [tail, next, afterNext].some((text) => DOUBTED.test(text)) ? 'doubted' : undefined;
}

/** Whether a false relation may be one that was not read as it was meant. */
export function isDoubtful(chain: Chain, at: number, sentences: readonly string[]): boolean {
  const { sides, before, tail, sentence } = chain;
  const around = sentences.slice(Math.max(0, sentence - 4), sentence + 2).map((text) => text.slice(0, 4 * REACH));
  if (
    OTHER_MEANING.test((sentences[sentence] ?? '').slice(0, 4 * REACH)) ||
    around.some((text) => CONGRUENCE.test(text))
  )
    return true;
  if (at === 0 && before !== '' && belongsBefore(chain)) return true;
  if (at === sides.length - 2 && CHANGES_NUMBER.test(tail)) return true;
  const [left, right] = [sides[at], sides[at + 1]];
  if (left?.text.includes('%') || right?.text.includes('%')) return true;
  if ([left, right].some((side) => side !== undefined && HAS_OTHER_READING.test(side.text))) return true;
  // "6.5 mm = 6.5/10 = 0.65 cm": a quantity that is written in another unit.
  if (left && right && isNumber(left) && left.units.length > 0 && left.units.join() !== right.units.join()) return true;
  return haveOtherUnits(left?.units ?? [], right?.units ?? []);
}

/** Whether the relation is said to follow from what stands before it, and not to be one of several trials. */
export function isConclusion({ before, head, tail }: Chain): boolean {
  const [clause = '', rest = ''] = [head.split(/[,;]/).at(-1), tail.split(/[,;]/, 1)[0]];
  return CONCLUDES.test(before) && !TRIES.test(clause) && !TRIES.test(rest);
}

/** 2 in "42 ÷ 8 = 5 with a remainder of 2", of what follows the relation. */
export function remainderIn(tail: string): Rational | undefined {
  const digits = REMAINDER.exec(tail)?.[1];
  return digits === undefined ? undefined : Rational.parse(digits);
}

/** "The product of 2 and 3 = 6", "the coefficient of 5^3 is 4", "slopes 2 and 1/3 is 45", "erf (0.967) = 0.83". */
function belongsBefore({ sides, signs, before }: Chain): boolean {
  const text = sides[0]?.text.trim() ?? '';
  if (TAKES_NUMBER.test(before)) return true;
  if (JOINS.test(before)) return false;
  if (/^(?:\(.*\)|-?[\d.]+)$/.test(text)) return true;
  return signs[0] === 'is' && (before !== 'and' || /^[\d.]+\s*\/\s*[\d.]+$/.test(text));
}

/** $27.47 = 2747 cents, 1.5 hours = 90 minutes. */
function haveOtherUnits(left: readonly string[], right: readonly string[]): boolean {
  const isCents = (unit: string): boolean => /^cents?$/.test(unit);
  if (left.some(isCents) !== right.some(isCents)) return true;
  const units = [...left, ...right].map((unit) => unit.replace(/\^.*/, ''));
  return DIMENSIONS.some((dimension) => new Set(units.filter((unit) => dimension.test(unit))).size > 1);
}

function isNumber(side: ChainSide | undefined): boolean {
  return side !== undefined && /^\s*-?[\d.]+\s*$/.test(side.text);
}
