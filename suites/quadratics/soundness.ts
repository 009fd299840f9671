/** What a sound trace of a quadratic equation has in it and ends in, whoever wrote it and by whatever method. */

import { numbersIn, parseAnswer, Rational, type Sample, type TraceLine } from 'proofstill';
import { type Conclusion, concludesByNumbers } from 'proofstill/verifiers';
import { parsePrompt, reduce } from './equation.ts';

/** Coefficients as the prompt gives them; 0 and ±1 are too common to prove anything. */
export function coefficientsToUse({ prompt }: Pick<Sample, 'prompt'>): number[] {
  const { a, b, c } = parsePrompt(prompt);
  return [a, b, c].filter((coefficient) => Math.abs(coefficient) > 1);
}

/**
 * Coefficients must be read off rightly; roots must be what the last lines compute; that there are none must follow from
 * a negative discriminant.
 */
export function concludes(conclusion: Conclusion): string {
  const { sample, answerText, lines } = conclusion;
  if (misreads(sample, lines)) return 'misread-coefficient';
  const roots = answerText === undefined ? undefined : numbersIn(parseAnswer(answerText));
  if (roots?.length !== 0) return concludesByNumbers(conclusion);
  return endsBelowZero(sample, lines) ? 'pass' : 'no-conclusion';
}

/** Whether a line gives a, b or c a value that it has neither before nor after dividing by the common factor. */
function misreads({ prompt }: Sample, lines: readonly TraceLine[]): boolean {
  const given = parsePrompt(prompt);
  const reduced = reduce(given);
  return lines
    .flatMap(({ assignments }) => assignments)
    .some(({ name, value }) => {
      if (name !== 'a' && name !== 'b' && name !== 'c') return false;
      return !value.equals(Rational.of(given[name])) && !value.equals(Rational.of(reduced[name]));
    });
}

/** The last line says `-7<0` of the number that the line before it computed. */
function endsBelowZero(sample: Sample, lines: readonly TraceLine[]): boolean {
  const [before, last] = lines.filter(({ relations }) => relations.length > 0).slice(-2);
  const computed = before?.relations.at(-1);
  const below = last?.relations.at(-1);
  if (!computed || !below || computed.sign !== '=' || below.sign !== '<' || !below.right.value.isZero) return false;
  return below.left.value.equals(computed.right.value) && isDiscriminant(sample, below.left.value);
}

/** b²-4ac, or (b/2)²-ac as completing the square gives it, before or after dividing by the common factor. */
function isDiscriminant({ prompt }: Sample, value: Rational): boolean {
  const given = parsePrompt(prompt);
  return [given, reduce(given)]
    .map(({ a, b, c }) => Rational.of(b * b - 4 * a * c))
    .some((discriminant) => value.equals(discriminant) || value.times(Rational.of(4)).equals(discriminant));
}
