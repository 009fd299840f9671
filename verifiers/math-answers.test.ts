import { readFileSync } from 'node:fs';
import { differenceBetween, parseAnswer, randomStream } from 'proofstill';
import { describe, expect, it } from 'vitest';

/** The 2,043 different answers of the MATH test set (D. Hendrycks et al., 2021, MIT licence), as its authors wrote them. */
const ANSWERS = JSON.parse(readFileSync(new URL('./fixtures/math-answers.json', import.meta.url), 'utf8')) as string[];

const accepts = (expected: string, given: string): boolean =>
  differenceBetween(parseAnswer(expected), parseAnswer(given)) === undefined;

/** A digit becomes another digit, a sign the other sign: each changes the value, unless it is the sign of a zero. */
function mutantsOf(answer: string): string[] {
  const random = randomStream(1, 'mutants', answer);
  const swap = (at: number, by: string): string => answer.slice(0, at) + by + answer.slice(at + 1);
  const digits = [...answer.matchAll(/\d/g)].map(({ 0: digit, index }) =>
    swap(index, String((Number(digit) + random.int(1, 9)) % 10)),
  );
  const signs = [...answer.matchAll(/[+-](?!0)/g)].map(({ 0: sign, index }) => swap(index, sign === '+' ? '-' : '+'));
  return [...random.shuffle(digits).slice(0, 3), ...random.shuffle(signs).slice(0, 1)];
}

describe('the answers of MATH', () => {
  it('are read, all but one in two hundred', () => {
    const unread = ANSWERS.filter((answer) => parseAnswer(answer).kind === 'unreadable');
    expect(unread.length / ANSWERS.length).toBeLessThan(1 / 200);
  });

  it('are each the same as themselves, in other spaces too', () => {
    for (const answer of ANSWERS) {
      expect([answer, accepts(answer, answer)]).toEqual([answer, true]);
      expect([answer, accepts(answer, ` $${answer}$ `)]).toEqual([answer, true]);
    }
  });

  it('are none of their mutants: at most one in a thousand is taken for the answer', () => {
    const pairs = ANSWERS.flatMap((answer) => mutantsOf(answer).map((mutant) => [answer, mutant] as const));
    expect(pairs.length).toBeGreaterThan(4_000);
    const accepted = pairs.filter(([answer, mutant]) => accepts(answer, mutant));
    expect(accepted.length / pairs.length, JSON.stringify(accepted)).toBeLessThan(1 / 1_000);
  });

  it('compare both ways alike', () => {
    const random = randomStream(1, 'pairs of answers');
    for (let pair = 0; pair < 4_000; pair++) {
      const [left, right] = [random.pick(ANSWERS), random.pick(ANSWERS)];
      expect([left, right, accepts(left, right)]).toEqual([left, right, accepts(right, left)]);
    }
  });
});
