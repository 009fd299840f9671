/** Examples of different lengths side by side in rows of one length, each seeing only itself. */

import type { Batch } from '../nn/training-session.ts';

/** A tokenised conversation. `weights[i]` is what predicting `ids[i]` counts in the loss; the first is never predicted. */
export interface Example {
  readonly ids: readonly number[];
  readonly weights: readonly number[];
}

/** How many rows stay open for an example that fits: a wider choice wastes less and reorders more. */
const OPEN_ROWS = 16;

/**
 * Packs examples into rows of at most `rowLength` tokens, each into the fullest open row that still holds it.
 * @returns rows in the order in which they were closed; every example once.
 * @throws RangeError for an example longer than a row.
 */
export function* packRows(examples: Iterable<Example>, rowLength: number): Generator<Example[]> {
  const open: { examples: Example[]; used: number }[] = [];
  for (const example of examples) {
    const size = example.ids.length;
    if (size > rowLength) throw new RangeError(`an example of ${size} tokens does not fit into a row of ${rowLength}`);
    const fitting = open.filter((row) => row.used + size <= rowLength);
    const fullest = fitting.reduce<(typeof open)[number] | undefined>(
      (best, row) => (best && best.used >= row.used ? best : row),
      undefined,
    );
    if (fullest) {
      fullest.examples.push(example);
      fullest.used += size;
    } else {
      open.push({ examples: [example], used: size });
    }
    if (open.length > OPEN_ROWS) {
      const closing = open.reduce((left, right) => (right.used > left.used ? right : left));
      open.splice(open.indexOf(closing), 1);
      yield closing.examples;
    }
  }
  for (const row of open) yield row.examples;
}

/** Lays rows out as a step's tensors. Empty places are token 0 in a segment of their own, with weight 0. */
export function batchOf(rows: readonly (readonly Example[])[], shape: { rows: number; rowLength: number }): Batch {
  const size = shape.rows * shape.rowLength;
  const batch = {
    ids: new BigInt64Array(size),
    labels: new BigInt64Array(size),
    weights: new Float32Array(size),
    positions: new BigInt64Array(size),
    segments: new BigInt64Array(size).fill(-1n),
  };
  rows.forEach((examples, row) => {
    let offset = row * shape.rowLength;
    examples.forEach(({ ids, weights }, segment) => {
      ids.forEach((id, position) => {
        const at = offset + position;
        batch.ids[at] = BigInt(id);
        batch.positions[at] = BigInt(position);
        batch.segments[at] = BigInt(segment);
        if (position + 1 === ids.length) return;
        batch.labels[at] = BigInt(ids[position + 1] as number);
        batch.weights[at] = weights[position + 1] as number;
      });
      offset += ids.length;
    });
  });
  return batch;
}
