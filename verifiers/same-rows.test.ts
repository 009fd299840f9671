import { expect, it } from 'vitest';
import { differenceOfRows, type Rows } from './same-rows.ts';

const rowsOf = (...rows: string[]): Rows => ({ columns: rows[0]?.length ?? 0, rows: rows.map((row) => [...row]) });

it.each([
  ['equal rows', ['ab', 'cd'], ['ab', 'cd'], undefined],
  ['rows in another order', ['ab', 'cd'], ['cd', 'ab'], undefined],
  ['columns in another order', ['ab', 'cd'], ['ba', 'dc'], undefined],
  ['both', ['abc', 'def', 'abc'], ['cab', 'cab', 'fde'], undefined],
  ['no rows at all', [], [], undefined],
  ['two columns with one content', ['aab', 'ccd'], ['baa', 'dcc'], undefined],
  // Each column has the right cells, but row by row they belong to others (Spider2 issue 200).
  ['rows put together anew', ['ax', 'by'], ['ay', 'bx'], 'wrong-rows'],
  // Sets of rows would be the same (BIRD issue 177).
  ['a row twice that is wanted once', ['ab', 'ab', 'cd'], ['ab', 'cd', 'cd'], 'wrong-rows'],
  ['a row too many', ['ab'], ['ab', 'ab'], 'wrong-rows'],
  ['another cell', ['ab', 'cd'], ['ab', 'ce'], 'wrong-rows'],
  ['a column too many', ['ab'], ['abb'], 'wrong-columns'],
] as const)('%s: %j and %j', (_what, expected, found, difference) => {
  expect(differenceOfRows(rowsOf(...expected), rowsOf(...found), false)).toBe(difference);
});

it.each([
  ['the same sequence', ['ab', 'cd'], ['ab', 'cd'], undefined],
  ['the same sequence in other columns', ['ab', 'cd'], ['ba', 'dc'], undefined],
  ['another sequence', ['ab', 'cd'], ['cd', 'ab'], 'wrong-order'],
  ['other rows', ['ab', 'cd'], ['cd', 'ac'], 'wrong-rows'],
] as const)('ordered, %s: %j and %j', (_what, expected, found, difference) => {
  expect(differenceOfRows(rowsOf(...expected), rowsOf(...found), true)).toBe(difference);
});

it('finds one order among many columns that look alike', () => {
  // Column k holds row r's value (r + k) mod 9: every column is a permutation of 0 to 8, and all of them differ.
  const cell = (row: number, column: number): string => `${(row + column) % 9}`;
  const rows = (shift: number): Rows => ({
    columns: 9,
    rows: Array.from({ length: 9 }, (_, row) => Array.from({ length: 9 }, (__, at) => cell(row, (at + shift) % 9))),
  });
  expect(differenceOfRows(rows(0), rows(4), false)).toBeUndefined();
});
