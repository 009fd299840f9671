/** Equations and inequalities that a suite writes down, and whether an answer's values make them true, exactly. */

import { evaluateNumeric, ProofstillError, Rational } from 'proofstill';
import { type Finding, fail, PASS } from './answer-rule.ts';
import { type Assignments, readAssignments } from './assignments.ts';

type Sign = '=' | '≠' | '<' | '>' | '≤' | '≥';

interface CompiledRelation {
  readonly text: string;
  /** Sides and the signs between them: one side more than signs. */
  readonly sides: readonly string[];
  readonly signs: readonly Sign[];
}

const SIGN = /(<=|>=|!=|\\leq?(?![a-z])|\\geq?(?![a-z])|\\neq?(?![a-z])|[=<>≤≥≠])/;
const SIGNS: Readonly<Record<string, Sign>> = { '<=': '≤', '>=': '≥', '!=': '≠', '\\le': '≤', '\\leq': '≤' };
const MORE_SIGNS: Readonly<Record<string, Sign>> = { '\\ge': '≥', '\\geq': '≥', '\\ne': '≠', '\\neq': '≠' };
/** One letter with its subscript is a variable; longer words and commands are the notation's. */
const NAME = /\\?\p{L}+(?:_\{?[\p{L}\p{N}]{1,8}\}?)?/gu;
const VARIABLE = /^\p{L}(?:_[\p{L}\p{N}]{1,8})?$/u;

/**
 * A judge of values from relations such as `x + y = 5`, `2*x <= 3*y` or `0 < x < y`, which must all hold. The letters
 * in them are the variables; an answer gives each of them one value: `x=2, y=3`, `(x, y) = (2, 3)`, JSON, or for a single
 * variable the bare value. Reasons: `no-assignment`, `unknown-variable`, `repeated-variable`, `missing-variable`,
 * `not-exact` (a value that is no fraction), `relation-broken`.
 * @throws ProofstillError `suite` for a relation without a sign, without any variable among all, or that is no arithmetic
 */
export function relationsJudge(relations: readonly string[], place: string): (answer: string) => Finding {
  const compiled = relations.map((text) => compileRelation(text, place));
  const names = new Set(compiled.flatMap(({ sides }) => sides.flatMap(variablesIn)));
  if (names.size === 0) throw refusal('expected relations with at least one letter, got none', place);
  return (answer) => {
    const assignments = readAssignments(answer) ?? bareValue(answer, names);
    if (!assignments) return fail('no-assignment');
    const values = new Map<string, Rational>();
    for (const [written, text] of assignments) {
      const name = withoutBraces(written);
      if (!names.has(name)) return fail('unknown-variable', written);
      if (values.has(name)) return fail('repeated-variable', name);
      const numeric = evaluateNumeric(text);
      if ('reason' in numeric) return fail('not-exact', `${name}=${text.slice(0, 80)}`);
      values.set(name, numeric.value);
    }
    const missing = [...names].find((name) => !values.has(name));
    if (missing !== undefined) return fail('missing-variable', missing);
    const broken = compiled.find((relation) => !holds(relation, values));
    return broken ? fail('relation-broken', broken.text) : PASS;
  };
}

function bareValue(answer: string, names: ReadonlySet<string>): Assignments | undefined {
  const [name] = names;
  return names.size === 1 && name !== undefined && !answer.includes('=') ? [[name, answer]] : undefined;
}

/** Tried on primes, so that what is no arithmetic shows when the suite is loaded. */
const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29].map((prime) => Rational.parse(String(prime)) as Rational);

function compileRelation(text: string, place: string): CompiledRelation {
  const parts = text.split(SIGN);
  const sides = parts.filter((_part, index) => index % 2 === 0);
  const signs = parts.flatMap((part, index) =>
    index % 2 === 1 ? [SIGNS[part] ?? MORE_SIGNS[part] ?? (part as Sign)] : [],
  );
  if (signs.length === 0) throw refusal(`expected a relation such as x + y = 5, got "${text}"`, place);
  const trial = new Map(
    sides.flatMap(variablesIn).map((name, index) => [name, PRIMES[index % PRIMES.length] as Rational]),
  );
  const unread = sides.find((side) => {
    const numeric = evaluateNumeric(substituted(side, trial));
    return 'reason' in numeric && numeric.reason === 'not-numeric';
  });
  if (unread !== undefined) throw refusal(`expected arithmetic, got "${unread.trim()}" in "${text}"`, place);
  return { text, sides, signs };
}

function refusal(message: string, place: string): ProofstillError {
  return new ProofstillError('suite', message, {
    place,
    hint: 'Write equations and inequalities between numbers and single letters, with * between letters: x*y = 6, x_1 < 2.',
  });
}

function variablesIn(side: string): string[] {
  return [...side.matchAll(NAME)].map(([name]) => withoutBraces(name)).filter((name) => VARIABLE.test(name));
}

function withoutBraces(name: string): string {
  return name.replace(/[{}]/g, '');
}

function substituted(side: string, values: ReadonlyMap<string, Rational>): string {
  return side.replace(NAME, (name) => {
    const value = values.get(withoutBraces(name));
    return value ? `(${value})` : name;
  });
}

/** A side without a value, such as a division by zero, holds in no relation. */
function holds({ sides, signs }: CompiledRelation, values: ReadonlyMap<string, Rational>): boolean {
  const numbers = sides.map((side) => evaluateNumeric(substituted(side, values)));
  return signs.every((sign, index) => {
    const [left, right] = [numbers[index], numbers[index + 1]];
    if (!left || !right || 'reason' in left || 'reason' in right) return false;
    const order = left.value.compare(right.value);
    if (sign === '=') return order === 0;
    if (sign === '≠') return order !== 0;
    return sign === '<' || sign === '≤'
      ? order < 0 || (sign === '≤' && order === 0)
      : order > 0 || (sign === '≥' && order === 0);
  });
}
