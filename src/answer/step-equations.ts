/** What a trace says of letters: identities, and the equations from which further ones and solutions follow. */

import { areEquivalent, exactPairs } from './equivalent.ts';
import type { RationalPoint } from './exact.ts';
import { type Expression, hasDecimals, symbolsOf } from './expression.ts';
import { unlessRefused } from './limits.ts';
import { Rational } from './rational.ts';
import { type StepSide, valueAt } from './step-side.ts';

export interface LetterRelation {
  readonly kind: 'identity' | 'rearrangement' | 'solution';
  readonly holds: boolean;
}

interface Equation {
  readonly names: readonly string[];
  /** Left side less right side: zero where the equation holds. */
  readonly difference: Extract<Expression, { left: Expression }>;
  /** The difference at the points of its letters; absent where it is not exact there. */
  readonly values?: readonly Rational[] | undefined;
  readonly sentence: number;
}

/** Equations further back are not looked at, so that the time for a step does not grow with the trace. */
const MEMORY = 12;
/** An equation is a rearrangement of one of so many before it. */
const RECENT = 4;
/** An equation with more letters is not looked at. */
const MOST_NAMES = 6;

/** The equations of a trace, in the order of writing. */
export class Equations {
  readonly #recent: Equation[] = [];
  /** The last value that each letter was given. */
  readonly #known = new Map<string, Rational>();

  /**
   * Takes the next equation, of which at least one side has letters.
   * @param place the sentence it stands in, and whether it is said to follow from what stands before it.
   * @returns what it is, or `undefined` where it only states a condition.
   */
  take(
    left: StepSide,
    right: StepSide,
    place: { readonly sentence: number; readonly isConclusion: boolean },
  ): LetterRelation | undefined {
    const names = [...new Set([...left.names, ...right.names])].sort();
    if (names.length > MOST_NAMES) return undefined;
    const pairs = exactPairs(left.expression, right.expression, names);
    const isIdentity = pairs
      ? pairs.every(([first, second]) => first.equals(second))
      : areEquivalent(left.expression, right.expression);
    if (isIdentity) return { kind: 'identity', holds: true };
    const equation: Equation = {
      names,
      difference: { kind: 'subtract', left: left.expression, right: right.expression },
      values: unlessRefused(() => pairs?.map(([first, second]) => first.minus(second))),
      sentence: place.sentence,
    };
    const relation = this.#follows(equation, right.value, place.isConclusion);
    if (isAssignment(equation) && right.value) this.#known.set(equation.names[0] as string, right.value);
    this.#recent.push(equation);
    if (this.#recent.length > MEMORY) this.#recent.shift();
    return relation;
  }

  #follows(equation: Equation, value: Rational | undefined, isConclusion: boolean): LetterRelation | undefined {
    if (isAssignment(equation)) {
      const [name = ''] = equation.names;
      if (!value) return undefined;
      if (this.#solves(name, value)) return { kind: 'solution', holds: true };
      return isConclusion && this.#contradicts(equation, value) ? { kind: 'solution', holds: false } : undefined;
    }
    if (isZeroAt(equation, this.#known)) return { kind: 'solution', holds: true };
    const isRearranged = this.#recent.slice(-RECENT).some((before) => isMultiple(before, equation));
    return isRearranged ? { kind: 'rearrangement', holds: true } : undefined;
  }

  /** Whether a value, with those known of the other letters, makes an equation before true. */
  #solves(name: string, value: Rational): boolean {
    const point = new Map(this.#known).set(name, value);
    return this.#recent.some(
      (equation) => equation.names.includes(name) && !isAssignment(equation) && isZeroAt(equation, point),
    );
  }

  /** Whether the equation just before is linear in this letter alone, and the value does not solve it. */
  #contradicts({ names, sentence }: Equation, value: Rational): boolean {
    const last = this.#recent.at(-1);
    const [name = ''] = names;
    if (!last || last.names.join() !== name || sentence - last.sentence > 1) return false;
    // Where the letter has a value already, a new one is a new trial; a rounded value solves only roughly.
    if (isAssignment(last) || isZeroAt(last, this.#known) || hasDecimals(last.difference)) return false;
    const at = (x: Rational): Rational | undefined => valueAt(last.difference, new Map([[name, x]]));
    const [first, second, third] = [2, 3, 4].map((x) => at(Rational.of(x)));
    if (!first || !second || !third) return false;
    const isLinear = third.minus(second).equals(second.minus(first)) && !second.equals(first);
    return isLinear && at(value)?.isZero === false;
  }
}

function isZeroAt({ names, difference }: Equation, point: RationalPoint): boolean {
  return names.every((name) => point.has(name)) && valueAt(difference, point)?.isZero === true;
}

/** x=5, which every x=5 solves. */
function isAssignment({ difference }: Equation): boolean {
  return difference.left.kind === 'symbol' && symbolsOf(difference.right).length === 0;
}

/** The same condition, both sides multiplied by a number or moved about: the differences keep one proportion. */
function isMultiple(before: Equation, after: Equation): boolean {
  const [first, second] = [before.values, after.values];
  if (before.names.join() !== after.names.join() || !first || first.length !== second?.length) return false;
  const [one, other] = [first[0], second[0]];
  if (!one || !other || one.isZero || other.isZero) return false;
  const isInProportion = unlessRefused(() =>
    first.every((value, index) => value.times(other).equals((second[index] as Rational).times(one))),
  );
  return isInProportion === true;
}
