import { isProofstillError } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { verifierConformance } from './conformance.ts';
import { fuzzedTexts } from './fixtures/fuzz.ts';
import { judge, sampleOf } from './fixtures/judging.ts';
import { disagreementsOf } from './fixtures/labelled.ts';
import { logic } from './logic.ts';
import { onlySolution, type Puzzle, solutionsOf } from './puzzle.ts';

const KINDS = ['knight', 'knave'];
/** Smullyan: A says "we are both knaves". A knight could not say so; a knave lies, so B is a knight. */
const BOTH_KNAVES: Puzzle = {
  variables: { A: KINDS, B: KINDS },
  clauses: [({ A, B }) => (A === 'knight') === (A === 'knave' && B === 'knave')],
};
/** The n queens in a row each: variable r<i> is the column of the queen in row i. */
const queens = (n: number): Puzzle => {
  const columns = Array.from({ length: n }, (_, index) => index);
  const attacks = (row: number, below: number, left: number, right: number): boolean =>
    left === right || Math.abs(left - right) === below - row;
  return {
    variables: Object.fromEntries(columns.map((row) => [`r${row}`, columns])),
    clauses: columns.flatMap((row) =>
      columns
        .slice(row + 1)
        .flatMap((below) =>
          columns.flatMap((left) =>
            columns
              .filter((right) => attacks(row, below, left, right))
              .map((right) => [`r${row}!=${left}`, `r${below}!=${right}`]),
          ),
        ),
    ),
  };
};

describe('logic', () => {
  it('judges its labelled table as labelled, but for a sentence that is no assignment', async () => {
    expect(await disagreementsOf('logic', logic)).toEqual(['logic-21: no-assignment']);
  });

  it('holds the answer to clauses that are functions, and names the one that is broken', async () => {
    const verifier = logic(BOTH_KNAVES);
    expect(await judge(verifier, '<answer>A=knave, B=knight</answer>')).toBe('pass');
    expect(await judge(verifier, '<answer>A=knave, B=knave</answer>')).toBe('clause-broken');
  });

  it('takes each sample’s own puzzle', async () => {
    const puzzle = ({ expected = '' }: { expected?: string }): Puzzle => ({
      variables: { x: [1, 2, 3] },
      clauses: [[`x=${expected}`]],
    });
    expect(await judge(logic({ puzzle }), '<answer>x=2</answer>', { sample: sampleOf({ expected: '2' }) })).toBe(
      'pass',
    );
    expect(await judge(logic({ puzzle }), '<answer>x=2</answer>', { sample: sampleOf({ expected: '3' }) })).toBe(
      'clause-broken',
    );
    expect(await judge(logic({ puzzle }), '<answer>x=2</answer>', { sample: sampleOf({ expected: '4' }) })).toBe(
      'bad-puzzle',
    );
  });

  it.each<[string, Puzzle]>([
    ['no variable', { variables: {}, clauses: [] }],
    ['an empty domain', { variables: { A: [] }, clauses: [] }],
    ['two names that differ in case', { variables: { A: KINDS, a: KINDS }, clauses: [] }],
    ['two values that look alike', { variables: { A: [1, '1'] }, clauses: [] }],
    ['a value with a comma', { variables: { A: ['1,5'] }, clauses: [] }],
    ['a literal of no variable', { variables: { A: KINDS }, clauses: [['B=knight']] }],
    ['a literal of an inherited name', { variables: { A: KINDS }, clauses: [['constructor=knight']] }],
    ['a literal of no value', { variables: { A: KINDS }, clauses: [['A=spy']] }],
    ['a literal without a sign', { variables: { A: KINDS }, clauses: [['knight']] }],
  ])('%s is an error of the suite', (_what, puzzle) => {
    expect(() => logic(puzzle)).toThrow(expect.toSatisfy((error: unknown) => isProofstillError(error, 'suite')));
  });

  it('needs a puzzle', () => {
    expect(() => logic({})).toThrow(expect.toSatisfy((error: unknown) => isProofstillError(error, 'config')));
  });

  it('keeps the contract of verifiers', async () => {
    const pieces = [
      'A=knight',
      'B=knave',
      'A',
      'B',
      ':',
      '=',
      ' and ',
      '{"A":"knight","B":"knave"}',
      '(A,B)=(knave,knight)',
      '- ',
    ];
    expect(await verifierConformance(logic(BOTH_KNAVES), sampleOf(), fuzzedTexts(pieces))).toEqual([]);
  });
});

describe('solutionsOf', () => {
  // OEIS A000170: solutions of the n queens problem.
  it.each([
    [4, 2],
    [5, 10],
    [6, 4],
    [7, 40],
  ])('finds all placements of %i queens: %i', (n, count) => {
    expect(solutionsOf(queens(n), Number.POSITIVE_INFINITY)).toHaveLength(count);
  });

  it('tells a puzzle with one solution from one with none and one with several', () => {
    expect(onlySolution(BOTH_KNAVES)).toEqual({ A: 'knave', B: 'knight' });
    const refused = expect.toSatisfy((error: unknown) => isProofstillError(error, 'suite'));
    expect(() => onlySolution(queens(4))).toThrow(refused);
    expect(() => onlySolution(queens(3))).toThrow('none');
  });

  it('gives up after a million steps', () => {
    const variables = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`v${index}`, [0, 1]]));
    expect(() => solutionsOf({ variables, clauses: [() => false] })).toThrow('1000000 steps');
  });
});
