/**
 * What a trace asserts about numbers: its equalities and inequalities between purely numeric expressions, each decided
 * exactly. Prose round them is cut off; a side with a letter or an unknown word in it asserts nothing about numbers.
 */

import { exactValue } from './exact.ts';
import { parseFormula } from './formula.ts';
import { Refusal, type RefusalReason } from './limits.ts';
import { joinThousands, plainNotation } from './notation.ts';
import type { Numeric } from './numeric.ts';
import type { Rational } from './rational.ts';
import { isAffordable } from './size.ts';

export type Sign = '=' | '<' | '>' | '≤' | '≥' | '≠';
export type Side = Extract<Numeric, { value: Rational }>;

/** Two neighbours of a chain: `4/2=2` in `x=4/2=2`. */
export interface Relation {
  readonly text: string;
  readonly sign: Sign;
  readonly left: Side;
  readonly right: Side;
  readonly holds: boolean;
}

/** A letter that a line gives a value: `c=6`, or the head of a chain, `D=25-24=1`. */
export interface Assignment {
  /** As written, without spaces: `x`, `x_1`. */
  readonly name: string;
  readonly value: Rational;
}

export interface TraceLine {
  readonly text: string;
  /** In the order of writing. They assert nothing about numbers, but a suite may know what its letters must be. */
  readonly assignments: readonly Assignment[];
  /** In the order of writing. */
  readonly relations: readonly Relation[];
  /** Relations between numeric expressions of which one has no value within the limits, such as `1/0=2`. */
  readonly undecided: readonly { readonly text: string; readonly reason: RefusalReason }[];
}

/** Reads a trace line by line; empty lines are left out. */
export function readTrace(trace: string): readonly TraceLine[] {
  return trace
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(readLine);
}

/** `- `, `* `, `2. ` or `3) ` in front of a line is a list's mark, not arithmetic. */
const LIST_MARK = /^\s*(?:[-*•]|\d{1,3}[.)])\s+/;
const WORD = /\\?\p{L}[\p{L}\p{M}'’]+/gu;
/** Words that compute: the numbers next to them are their operands, so that "6 times 2 = 12" does not assert 2 = 12. */
const OPERATOR_WORDS =
  /^(?:plus|minus|times|over|by|of|squared|cubed|divided|multiplied|mod|percent|sin|cos|tan|log|ln|exp|gcd|lcm|max|min|abs)$/i;
/** A colon between digits is a ratio or a clock, not punctuation. */
const CLAUSE_END = /[\n,;?|⇒，；：。]|:(?!\d)|(?<!\d):|=>|->|\.(?!\d)/;
const SIGN = /(<=|>=|!=|==|[=<>≤≥≠≈])/;
const SIGNS: Readonly<Record<string, Sign>> = { '<=': '≤', '>=': '≥', '!=': '≠', '==': '=' };
const NAME = /^\p{L}(?:_?\{?\d{1,3}\}?)?$/u;
/** Stands for a word that belongs to an expression; no number has it, so the side asserts nothing. */
const UNREADABLE = '§';
/** What a side may consist of: digits, operators, brackets, fractions and roots. Percent, factorials and the like are not read. */
const ARITHMETIC = /^(?:[\d.\s+\-*/^(){}√]|\\frac|\\?sqrt)*$/;
/** Refusals of well-formed arithmetic. */
const WITHOUT_VALUE: ReadonlySet<RefusalReason> = new Set(['too-deep', 'too-large', 'division-by-zero', 'undefined']);

function readLine(text: string): TraceLine {
  const assignments: Assignment[] = [];
  const relations: Relation[] = [];
  const undecided: { text: string; reason: RefusalReason }[] = [];
  for (const clause of clausesOf(text)) {
    const parts = clause.split(SIGN);
    const sides = parts.filter((_part, index) => index % 2 === 0);
    const values = parts.length < 3 ? [] : sides.map(evaluateSide);
    for (let index = 0; index + 1 < values.length; index++) {
      const written = parts[2 * index + 1] as string;
      const sign = SIGNS[written] ?? (written as Sign | '≈');
      const [left, right] = [values[index] as Numeric, values[index + 1] as Numeric];
      const asserted = `${(sides[index] as string).trim()}${sign}${(sides[index + 1] as string).trim()}`;
      if (sign === '≈') continue;
      if ('value' in left && 'value' in right) {
        relations.push({ text: asserted, sign, left, right, holds: isInOrder(left.value.compare(right.value), sign) });
        continue;
      }
      const name = (sides[index] as string).trim();
      if ('value' in right && sign === '=' && NAME.test(name)) assignments.push({ name, value: right.value });
      const reasons = [left, right].flatMap((side) => ('reason' in side ? side.reason : []));
      const reason = reasons.find((candidate) => WITHOUT_VALUE.has(candidate));
      if (reason && reasons.every((candidate) => WITHOUT_VALUE.has(candidate)))
        undecided.push({ text: asserted, reason });
    }
  }
  return { text, assignments, relations, undecided };
}

function evaluateSide(side: string): Numeric {
  if (!ARITHMETIC.test(side) || /\d\s+\d/.test(side)) return { reason: 'not-numeric' };
  try {
    const expression = parseFormula(side);
    return isAffordable(expression) ? { value: exactValue(expression), expression } : { reason: 'too-large' };
  } catch (error) {
    if (error instanceof Refusal) return { reason: error.reason };
    throw error;
  }
}

/** Cuts a line at punctuation, arrows and words of prose. */
function clausesOf(line: string): readonly string[] {
  const plain = joinThousands(plainNotation(line.replace(LIST_MARK, '')));
  return plain
    .replace(WORD, (word, offset: number) => {
      if (/^\\?sqrt$/.test(word) || word.startsWith('\\')) return word;
      const neighbours = `${plain[offset - 1] ?? ''}${plain[offset + word.length] ?? ''}`;
      return OPERATOR_WORDS.test(word) || /[^\s,;:.?!"'|]/.test(neighbours) ? UNREADABLE : '\n';
    })
    .split(CLAUSE_END);
}

/** Whether two values in this order (below zero: the left one is smaller) are as the sign says. */
export function isInOrder(order: number, sign: Sign): boolean {
  switch (sign) {
    case '=':
      return order === 0;
    case '≠':
      return order !== 0;
    case '<':
      return order < 0;
    case '>':
      return order > 0;
    case '≤':
      return order <= 0;
    case '≥':
      return order >= 0;
  }
}
