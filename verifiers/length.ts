/** Format: whether an output, its trace or its answer is as long as it should be. */

import {
  type Check,
  defineVerifier,
  incompleteness,
  type Output,
  ProofstillError,
  partsOf,
  traceOf,
  type Verifier,
  verdictOf,
} from 'proofstill';
import { versionOf } from './answer-rule.ts';

/** Bounds are included. Give at least one. */
export interface LengthOptions {
  /** What is measured: the whole output, its think block, or its answer tag's content. @default 'output' */
  readonly of?: 'output' | 'trace' | 'answer';
  /** Tokens as the model counted them; of the whole output only, for nobody counted the others apart. */
  readonly minTokens?: number;
  readonly maxTokens?: number;
  /** Unicode code points, white space at both ends left out. */
  readonly minCharacters?: number;
  readonly maxCharacters?: number;
  /** Runs without white space that hold a letter or a digit; of no use where words are written without spaces. */
  readonly minWords?: number;
  readonly maxWords?: number;
}

const UNITS = ['Tokens', 'Characters', 'Words'] as const;
type Unit = (typeof UNITS)[number];

interface Bounds {
  readonly unit: Unit;
  readonly min: number;
  readonly max: number;
}

/**
 * Judges a length in each unit that has a bound. Reasons: `too-short`, `too-long`, `no-trace`, `no-answer`. Both policies
 * judge alike.
 * @throws ProofstillError `config` without a bound, for one that is no whole number from 0, for a minimum above its
 * maximum, and for tokens of a part.
 */
export function length(options: LengthOptions): Verifier {
  const bounds = boundsOf(options);
  const name = 'length';
  const { of: part = 'output' } = options;
  return defineVerifier({
    name,
    version: versionOf('1', [part, bounds]),
    verify: (_sample, output) => {
      const check = (found: Pick<Check, 'status' | 'reason' | 'detail'>) =>
        verdictOf([{ name, score: 'format', ...found }]);
      const incomplete = incompleteness(output);
      if (incomplete) return check(incomplete);
      const text = textOf(output, part)?.trim();
      if (!text) return check({ status: 'fail', reason: part === 'trace' ? 'no-trace' : 'no-answer' });
      for (const { unit, min, max } of bounds) {
        const size = sizeOf(unit, text, output);
        const detail = `${size} ${unit.toLowerCase()}, expected ${min} to ${max}`;
        if (size < min) return check({ status: 'fail', reason: 'too-short', detail });
        if (size > max) return check({ status: 'fail', reason: 'too-long', detail });
      }
      return check({ status: 'pass' });
    },
  });
}

function boundsOf(options: LengthOptions): readonly Bounds[] {
  const bounds = UNITS.filter((unit) => (options[`min${unit}`] ?? options[`max${unit}`]) !== undefined).map((unit) => ({
    unit,
    min: options[`min${unit}`] ?? 0,
    max: options[`max${unit}`] ?? Number.MAX_SAFE_INTEGER,
  }));
  const wrong = bounds.find(({ min, max }) => !(isCount(min) && isCount(max) && min <= max));
  if (wrong) {
    throw refusal(`expected whole ${wrong.unit.toLowerCase()} with 0 ≤ min ≤ max, got ${wrong.min} to ${wrong.max}`);
  }
  if (bounds.length === 0) throw refusal('expected at least one bound, got none');
  if (options.of !== undefined && options.of !== 'output' && bounds.some(({ unit }) => unit === 'Tokens')) {
    throw refusal(`expected tokens of the whole output, got tokens of the ${options.of}`);
  }
  return bounds;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function refusal(message: string): ProofstillError {
  return new ProofstillError('config', message, {
    place: 'length',
    hint: "Write for example length({ maxTokens: 2048 }) or length({ of: 'answer', maxCharacters: 200 }).",
  });
}

function textOf(output: Output, part: 'output' | 'trace' | 'answer'): string | undefined {
  if (part === 'trace') return traceOf(output);
  return part === 'answer' ? partsOf(output.text).answer : output.text;
}

function sizeOf(unit: Unit, text: string, output: Output): number {
  if (unit === 'Tokens') return output.tokens.out;
  if (unit === 'Words') return text.split(/\s+/).filter((run) => /[\p{L}\p{N}]/u.test(run)).length;
  let count = 0;
  for (const _character of text) count++;
  return count;
}
