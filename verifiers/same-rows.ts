/** Whether two results of queries say the same: rows as multisets, columns in any one order, names of no account. */

/** A result: rows of `columns` cells each. */
export interface Rows {
  readonly columns: number;
  readonly rows: readonly (readonly string[])[];
}

/** Columns tried out before the search gives up; a result with that many look-alike columns is no test. */
const MAXIMUM_TRIES = 5_000;

/**
 * How `found` differs from `expected`, or `undefined`. One order of columns must serve for all rows, so rows stay whole:
 * columns that are each right but belong to other rows are `wrong-rows`.
 * @param isOrdered the rows' sequence counts as well; right rows in a wrong one are `wrong-order`
 */
export function differenceOfRows(
  expected: Rows,
  found: Rows,
  isOrdered: boolean,
): 'wrong-columns' | 'wrong-rows' | 'wrong-order' | undefined {
  if (expected.columns !== found.columns) return 'wrong-columns';
  if (expected.rows.length !== found.rows.length) return 'wrong-rows';
  if (hasMatchingColumns(expected, found, isOrdered)) return undefined;
  return isOrdered && hasMatchingColumns(expected, found, false) ? 'wrong-order' : 'wrong-rows';
}

function hasMatchingColumns(expected: Rows, found: Rows, isOrdered: boolean): boolean {
  const width = expected.columns;
  const columns = Array.from({ length: width }, (_, column) => found.rows.map((row) => row[column] as string));
  /** Columns with one content are one choice, not several. */
  const contents = columns.map((cells) => JSON.stringify(cells));
  const used = new Set<number>();
  let tries = 0;
  /** Matches the expected column `at` and all after it; the classes are of the rows' cells before it, on both sides. */
  const search = (at: number, wanted: readonly number[], got: readonly number[]): boolean => {
    if (at === width) return true;
    const seen = new Set<string>();
    const cells = expected.rows.map((row) => row[at] as string);
    for (const [column, content] of contents.entries()) {
      if (used.has(column) || seen.has(content)) continue;
      if (++tries > MAXIMUM_TRIES) return false;
      seen.add(content);
      const classes = new Map<string, number>();
      const left = refine(wanted, cells, classes);
      const right = refine(got, columns[column] as string[], classes);
      if (!(isOrdered ? left.every((one, row) => one === right[row]) : isPermutation(left, right))) continue;
      used.add(column);
      if (search(at + 1, left, right)) return true;
      used.delete(column);
    }
    return false;
  };
  const start = expected.rows.map(() => 0);
  return search(0, start, start);
}

/** The class of each row by its class so far and one more cell; rows of both sides share the numbering. */
function refine(classes: readonly number[], cells: readonly string[], numbers: Map<string, number>): number[] {
  return classes.map((one, row) => {
    const key = `${one} ${cells[row]}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

function isPermutation(left: readonly number[], right: readonly number[]): boolean {
  const counts = new Map<number, number>();
  for (const one of left) counts.set(one, (counts.get(one) ?? 0) + 1);
  for (const one of right) {
    const count = counts.get(one);
    if (!count) return false;
    counts.set(one, count - 1);
  }
  return true;
}
