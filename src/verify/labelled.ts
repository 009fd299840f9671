/**
 * Labelled tables: outputs with the verdict that each deserves, by which a verifier's error rates are known. A line is
 * `{"id":"l-1","expected":"x=2, x=3","output":"x=3 or x=2","pass":true,"why":"order is free"}`.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { messageOf, ProofstillError } from '../core/errors.ts';
import { canonicalJson } from '../core/hash.ts';
import { parseJson } from '../core/json-lines.ts';
import { type Output, partsOf } from '../core/output.ts';
import type { Sample } from '../core/sample.ts';
import { POLICIES } from '../core/verdict.ts';

const lineSchema = z.strictObject({
  id: z.string().min(1),
  /** What was asked, where the verifier looks at it. */
  prompt: z.string().exactOptional(),
  /** Absent where the verifier needs none. */
  expected: z.string().exactOptional(),
  /** A completion, or a bare answer. */
  output: z.string(),
  finishReason: z.enum(['stop', 'length', 'cancelled']).exactOptional(),
  /** By which the verifier is asked; `score` where absent. */
  policy: z.enum(POLICIES).exactOptional(),
  /** What the verifier is constructed from, where it is one that needs options. */
  options: z.record(z.string(), z.unknown()).exactOptional(),
  pass: z.boolean(),
  /** Why it deserves that, for whoever doubts the label. */
  why: z.string().min(1),
  /** Becomes the sample's `meta`. Where the output comes from is `meta.source`. */
  meta: z.record(z.string(), z.unknown()).exactOptional(),
});

/** A line of a labelled table, and where it stands as `file:line`. */
export type LabelledRow = z.infer<typeof lineSchema> & { readonly place: string };

/**
 * Reads a labelled table, in the file's order; blank lines are skipped.
 * @throws record error with `file:line` where a line is no row, an id occurs twice, or two rows ask the same: they are
 * one row too many, or contradict each other; record error for a file that cannot be read or has no row.
 */
export function readLabelled(file: string | URL): LabelledRow[] {
  const path = typeof file === 'string' ? file : fileURLToPath(file);
  const rows = textOf(path)
    .split('\n')
    .flatMap((line, index): LabelledRow[] => {
      const place = `${path}:${index + 1}`;
      return line.trim() === '' ? [] : [{ ...parseJson(line, lineSchema, place), place }];
    });
  if (rows.length === 0) {
    throw new ProofstillError('record', 'expected a labelled table, found no row', { place: path, hint: HINT });
  }
  refuseRepetition(rows);
  return rows;
}

/** The sample that a row stands for. */
export function sampleOfRow({ id, prompt = '', expected, meta }: LabelledRow): Sample {
  return {
    id,
    suite: 'labelled',
    area: 'labelled',
    split: 'holdout',
    prompt,
    ...(expected === undefined ? {} : { expected }),
    key: id,
    ...(meta === undefined ? {} : { meta }),
  };
}

/** A text as an output of a model that nobody timed. A bare answer is a text without tags, handed over as it is. */
export function outputOfText(text: string, finishReason: Output['finishReason'] = 'stop'): Output {
  const cost = { tokens: { in: 0, out: 0 }, timings: { firstTokenMs: 0, totalMs: 0 } };
  return { text, ...partsOf(text), finishReason, ...cost };
}

const HINT = 'A row is {"id":"l-1","expected":"2","output":"x=2","pass":true,"why":"the variable may be named"}.';

/** A row that is there twice would count twice; two that contradict each other make every rate a matter of luck. */
function refuseRepetition(rows: readonly LabelledRow[]): void {
  const ids = new Map<string, LabelledRow>();
  const questions = new Map<string, LabelledRow>();
  for (const row of rows) {
    const { id, pass, why: _why, meta: _meta, place, ...asked } = row;
    const namesake = ids.get(id);
    if (namesake) {
      throw new ProofstillError('record', `the id "${id}" occurs twice, first at ${namesake.place}`, {
        place,
        hint: 'Give this row an id of its own, or delete it.',
      });
    }
    const question = canonicalJson({ ...asked, meta: withoutSource(row.meta) });
    const twin = questions.get(question);
    if (twin) {
      const isContradiction = twin.pass !== pass;
      const message = isContradiction
        ? `this row contradicts "${twin.id}" at ${twin.place}: the same output, labelled ${pass} here and ${twin.pass} there`
        : `this row repeats "${twin.id}" at ${twin.place}`;
      throw new ProofstillError('record', message, {
        place,
        hint: isContradiction ? 'Decide which of the two is right.' : 'Delete one of the two: it would count twice.',
      });
    }
    ids.set(id, row);
    questions.set(question, row);
  }
}

/** Where an output comes from does not change what it deserves. */
function withoutSource(meta: LabelledRow['meta'] = {}): object {
  const { source: _source, ...rest } = meta;
  return rest;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const message = `the labelled table cannot be read: ${messageOf(cause)}`;
    throw new ProofstillError('record', message, { place: path, hint: 'Name an existing .jsonl file.', cause });
  }
}
