/**
 * The steps of a trace in prose: every relation in it that can be decided, and what became of it. Arithmetic is recomputed,
 * identities are tried at points, a solution is put into the equations before it. An equation that is no identity is
 * a condition on its letters and claims nothing. Whatever is not understood is left open, never guessed at.
 */

import type { Chain, ChainSide, ChainSign } from './chain.ts';
import { type Expression, formOf, isComputed, literalsOf } from './expression.ts';
import { joinThousands, plainNotation } from './notation.ts';
import { readProse } from './prose.ts';
import { Rational } from './rational.ts';
import { isConclusion, isConditional, isDoubtful, objectionTo, remainderIn } from './reservations.ts';
import { Equations } from './step-equations.ts';
import { decideNumbers, isEqual } from './step-numbers.ts';
import { readStepSide, type StepSide } from './step-side.ts';

/**
 * `arithmetic` between numbers; `approximation` to the digits shown; `remainder`, a division with one; `identity` between
 * formulas; `rearrangement` of an equation before; `solution` of one, or a formula with its letters' values put in.
 */
export type StepKind = 'arithmetic' | 'approximation' | 'remainder' | 'identity' | 'rearrangement' | 'solution';

export interface Step {
  readonly kind: StepKind;
  readonly text: string;
  readonly sign: ChainSign;
  /** `withdrawn`: false, but only supposed, or called off directly afterwards and then corrected or never used again. */
  readonly status: 'holds' | 'fails' | 'withdrawn';
  /** One spelling of the two sides in either order: steps of one form are the same step. */
  readonly form: string;
  /** Something is computed: it is more than `5=5` or `x=5`. */
  readonly isComputed: boolean;
  /** Index of the sentence it stands in. */
  readonly sentence: number;
  /** The numbers written in it, and the values of its sides. */
  readonly numbers: readonly Rational[];
}

export interface Steps {
  /** In the order of writing. */
  readonly steps: readonly Step[];
  /** The sentences that hold no relation, in the order of writing. */
  readonly prose: readonly string[];
  /** How many relations claim nothing that can be decided: equations, definitions, formulas that are not read. */
  readonly open: number;
  /** Every number in a relation, decided or open, without its sign. */
  readonly mentioned: ReadonlySet<string>;
  /** The values that stand alone on a side, with their signs: `-13/5` of `x = -26/10 = -13/5`. */
  readonly results: ReadonlySet<string>;
}

/** Reads the steps of a trace. Never throws on text; the time is linear in its length. */
export function readSteps(trace: string): Steps {
  const { sentences, chains } = readProse(trace);
  const reader = new StepReader(sentences);
  for (const [index, chain] of chains.entries()) reader.read(chain, index);
  const withRelation = new Set(chains.map(({ sentence }) => sentence));
  return { ...reader.result(), prose: sentences.filter((_text, index) => !withRelation.has(index)) };
}

/** The numbers written in a text, in order and without signs: 9 and 5 in `\frac{9}{5}`, 1000 in `1,000`. */
export function numbersWritten(text: string): readonly string[] {
  const found = joinThousands(plainNotation(text)).match(/\d{1,60}(?:\.\d{1,60})?/g) ?? [];
  return found.map((digits) => Rational.parse(digits)?.toString() ?? digits);
}

/** A step before it is known whether a false one is withdrawn. */
interface Draft {
  readonly step: Omit<Step, 'status'>;
  readonly holds: boolean;
  /** What it takes to withdraw it, from nothing to what is not to be had. */
  readonly excuse: 'freely' | 'if-dropped-or-corrected' | 'if-corrected' | 'never';
  /** Index of its chain. */
  readonly chain: number;
  readonly computed: string;
  /** The left side's value. */
  readonly left: string;
  /** The size of the number that was computed; empty where none was. */
  readonly result: string;
}

class StepReader {
  readonly #sentences: readonly string[];
  readonly #drafts: Draft[] = [];
  readonly #equations = new Equations();
  readonly #mentioned = new Set<string>();
  readonly #results = new Set<string>();
  /** The last chain in which a number is an operand, and the last in which something is rightly computed. */
  readonly #lastUse = new Map<string, number>();
  readonly #lastTrue = new Map<string, number>();
  #open = 0;

  constructor(sentences: readonly string[]) {
    this.#sentences = sentences;
  }

  read(chain: Chain, index: number): void {
    const sides = chain.sides.map(readStepSide);
    for (const side of sides) if (side) this.#note(side, index);
    for (const [at, sign] of chain.signs.entries()) {
      const [left, right] = [sides[at], sides[at + 1]];
      // In 8*9 = 72 ≡ 6 all signs mean a congruence.
      const isCongruence = sign === '≡' || chain.signs[at - 1] === '≡' || chain.signs[at + 1] === '≡';
      const decided = left && right && !isCongruence ? this.#decide(chain, at, left, right) : undefined;
      if (!left || !right || decided?.holds === undefined) {
        this.#open++;
        continue;
      }
      const { kind, holds } = decided;
      const computed = computationOf(left);
      if (holds && isEqual(sign)) this.#lastTrue.set(computed, index);
      this.#drafts.push({
        step: stepOf(kind, chain, at, left, right),
        holds,
        excuse: holds ? 'never' : this.#excuseOf(chain),
        chain: index,
        computed,
        left: left.value?.toString() ?? '',
        result:
          isComputed(right.expression) || !isComputed(left.expression) ? '' : right.value ? sizeOf(right.value) : '',
      });
    }
  }

  result(): Omit<Steps, 'prose'> {
    const steps: Step[] = [];
    // From behind: 1=√9+4, 1=3+4, 1=7 are one false trial, called off at its end.
    let later: { readonly step: Step; readonly left: string } | undefined;
    for (const draft of this.#drafts.toReversed()) {
      const { left } = draft;
      const isNear = later !== undefined && later.step.sentence - draft.step.sentence <= 1;
      const isTrial = isNear && later?.step.status === 'withdrawn' && later.left === left;
      const status = draft.holds ? 'holds' : isTrial || this.#isWithdrawn(draft) ? 'withdrawn' : 'fails';
      const step: Step = { ...draft.step, status };
      later = { step, left };
      steps.push(step);
    }
    return { steps: steps.reverse(), open: this.#open, mentioned: this.#mentioned, results: this.#results };
  }

  #note({ expression, value }: StepSide, index: number): void {
    for (const number of literalsOf(expression)) {
      this.#mentioned.add(sizeOf(number));
      if (isComputed(expression)) this.#lastUse.set(sizeOf(number), index);
    }
    if (value) this.#mentioned.add(sizeOf(value));
    if (value && isResult(expression)) this.#results.add(value.toString());
  }

  #decide(
    chain: Chain,
    at: number,
    left: StepSide,
    right: StepSide,
  ): { readonly kind: StepKind; readonly holds: boolean | undefined } | undefined {
    const sign = chain.signs[at] as ChainSign;
    if (left.names.length + right.names.length > 0) {
      if (!isEqual(sign)) return undefined;
      return this.#equations.take(left, right, { sentence: chain.sentence, isConclusion: isConclusion(chain) });
    }
    const remainder = at === chain.signs.length - 1 ? remainderIn(chain.tail) : undefined;
    const decided = decideNumbers(left, right, { sign, remainder });
    const isClear = decided.holds !== false || decided.kind === 'remainder';
    return isClear || !isDoubtful(chain, at, this.#sentences) ? decided : undefined;
  }

  #excuseOf(chain: Chain): Draft['excuse'] {
    const isSupposed = isConditional(chain, this.#sentences);
    const objection = objectionTo(chain, this.#sentences);
    // Supposed or asked and then denied, it was never claimed.
    if (isSupposed && objection === 'called-off') return 'freely';
    if (isSupposed || objection === 'called-off') return 'if-dropped-or-corrected';
    return objection ? 'if-corrected' : 'never';
  }

  /**
   * A result that was computed wrongly must be set right later on, or never be an operand again; an order between numbers,
   * and a number that is compared with something, leave no result behind. 0 and 1 cannot be followed: they are everywhere.
   */
  #isWithdrawn({ step, excuse, chain, computed, result }: Draft): boolean {
    if (excuse === 'freely' || excuse === 'never') return excuse === 'freely';
    if ((this.#lastTrue.get(computed) ?? -1) > chain) return true;
    if (excuse === 'if-corrected') return false;
    if (!isEqual(step.sign) || !result || result === '0' || result === '1') return true;
    return (this.#lastUse.get(result) ?? -1) <= chain;
  }
}

function stepOf(kind: StepKind, chain: Chain, at: number, left: StepSide, right: StepSide): Draft['step'] {
  const sides = [left, right];
  const sign = chain.signs[at] as ChainSign;
  return {
    kind,
    text: [chain.sides[at], sign, chain.sides[at + 1]].map(textOf).join(' '),
    sign,
    form: sides
      .map(({ expression }) => formOf(expression))
      .sort()
      .join('='),
    isComputed: sides.some(({ expression }) => isComputed(expression)),
    sentence: chain.sentence,
    numbers: sides.flatMap(({ expression, value }) => [...literalsOf(expression), ...(value ? [value] : [])]),
  };
}

/** A number, or a fraction of two: nothing is left to compute. */
function isResult(expression: Expression): boolean {
  if (expression.kind === 'negate') return isResult(expression.operand);
  if (expression.kind !== 'divide') return expression.kind === 'number';
  return isResult(expression.left) && expression.right.kind === 'number';
}

/** What is computed, whatever its order: 18·1.5 and 1.5·18 are one computation. */
function computationOf({ expression, value }: StepSide): string {
  return `${literalsOf(expression).map(sizeOf).sort().join(' ')}=${value ?? ''}`;
}

function textOf(part: ChainSide | ChainSign | undefined): string {
  return typeof part === 'object' ? part.text.trim() : (part ?? '');
}

function sizeOf(number: Rational): string {
  return (number.sign < 0 ? number.negated() : number).toString();
}
