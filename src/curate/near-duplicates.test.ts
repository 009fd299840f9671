import { describe, expect, it } from 'vitest';
import { type Random, randomStream } from '../core/seed.ts';
import { NearDuplicates } from './near-duplicates.ts';
import { Words } from './words.ts';

interface Row {
  readonly prompt: string;
  readonly text: string;
}

/** What becomes of each row: the number of the earlier kept row that it repeats, or −1. */
function taken(rows: readonly Row[], threshold: number): number[] {
  const kept: Row[] = [];
  const near = new NearDuplicates({ threshold, read: (row) => kept[row] as Row });
  return rows.map((row) => {
    const found = near.take(new Words().read(row.prompt, row.text));
    if (found < 0) kept.push(row);
    return found;
  });
}

/** Jaccard similarity of 5-grams, from the definition. */
function jaccard(left: readonly string[], right: readonly string[]): number {
  const [one, two] = [left, right].map(
    (tokens) => new Set(tokens.slice(4).map((_, at) => tokens.slice(at, at + 5).join(' '))),
  );
  const shared = [...one!].filter((gram) => two!.has(gram)).length;
  return shared / (one!.size + two!.size - shared);
}

/** A made-up word of at least two letters. */
const word = (random: Random): string =>
  Array.from({ length: 6 }, () => String.fromCharCode(97 + random.int(0, 25))).join('');
const character = (random: Random): string => String.fromCharCode(0x4e00 + random.int(0, 2999));

function planted(threshold: number, make: (random: Random) => string, separator: string) {
  const random = randomStream(7, 'planted', threshold, separator);
  const rows: Row[] = [];
  /** By the number of a copy among the rows, its exact similarity to the row before it. */
  const similarity = new Map<number, number>();
  for (let pair = 0; pair < 600; pair++) {
    const tokens = Array.from({ length: random.int(40, 400) }, () => make(random));
    const copy = [...tokens];
    // Each change costs up to 5 of the shingles: changes are as many as lead a little over the threshold and under it.
    const most = Math.ceil((tokens.length * (1 - threshold)) / 2.5);
    for (let change = random.int(0, most); change > 0; change--) copy[random.int(0, copy.length - 1)] = make(random);
    rows.push({ prompt: '', text: tokens.join(separator) });
    similarity.set(rows.push({ prompt: '', text: copy.join(separator) }) - 1, jaccard(tokens, copy));
  }
  return { rows, similarity };
}

describe('near-duplicates', () => {
  it.each([
    ['words', 0.9, word, ' '],
    ['words', 0.7, word, ' '],
    ['Chinese characters', 0.9, character, ''],
  ] as const)('of %s from %d on are found, and no others', (_, threshold, make, separator) => {
    const { rows, similarity } = planted(threshold, make, separator);
    const found = taken(rows, threshold);
    const copies = [...similarity];
    const similar = copies.filter(([, exact]) => exact >= threshold);
    const right = similar.filter(([row]) => found[row]! >= 0);
    // The set is about the threshold, not far from it.
    expect(similar.length).toBeGreaterThan(150);
    expect(copies.length - similar.length).toBeGreaterThan(150);
    expect(right.length / similar.length).toBeGreaterThanOrEqual(0.98);
    expect(found.filter((row) => row >= 0)).toHaveLength(right.length);
  });

  it('are none where prompts differ in a number, a sign, a number word or a negation', () => {
    const text = `<think>${'so we look at the factors of the constant term and their sum '.repeat(30)}</think>`;
    const prompts = [
      'Solve x^2-5x+6=0',
      'Solve x^2-5x+8=0',
      'Solve x^2+5x+6=0',
      'Solve y^2-5y+6=0',
      'Which of them is a sum of two primes?',
      'Which of them is not a sum of two primes?',
      'Which of them is a sum of three primes?',
    ];
    expect(
      taken(
        prompts.map((prompt) => ({ prompt, text })),
        0.5,
      ),
    ).toEqual(prompts.map(() => -1));
  });

  it('are found where prompts differ in words, and in how formulas are set', () => {
    const text = `<think>${'so we look at the factors of the constant term and at their sum '.repeat(30)}</think>`;
    const prompts = ['Solve x^2-5x+6=0', 'Please solve x^2 - 5x + 6 = 0', '3. Find the roots of $x^{2}-5x+6=0$'];
    expect(
      taken(
        prompts.map((prompt) => ({ prompt, text })),
        0.7,
      ),
    ).toEqual([-1, 0, 0]);
  });

  it('are found among rows shorter than a shingle only where they are equal, and empty rows are equal', () => {
    const rows = ['a b', 'a b', 'a c', '', ''].map((text) => ({ prompt: '', text }));
    expect(taken(rows, 0.9)).toEqual([-1, 0, -1, -1, 2]);
  });
});
