/** A suite that is nothing but a file: one sample a line, and a verifier that its expected answers call for. */

import { basename, extname } from 'node:path';
import { parseAnswer } from './answer/parse.ts';
import { canonicalPrompt } from './core/canonical.ts';
import { ProofstillError } from './core/errors.ts';
import { contentHash } from './core/hash.ts';
import type { Sample } from './core/sample.ts';
import { defineSuite, type Suite, splitOfKey } from './core/suite.ts';
import type { Verifier } from './core/verdict.ts';
import { builtInVerifiers, findVerifier } from './named-verifiers.ts';
import { readSampleFile, type SampleRow } from './sample-file.ts';
import { judgesWithoutExpected } from './verify/gold-free.ts';

export interface FileSuiteOptions {
  /**
   * Judges the answer, by the name of a built-in verifier that needs no options. @default `choice` where every expected
   * answer is one letter from A to J, `mathAnswer` where every one reads as mathematics, else `exact`
   */
  readonly verifier?: string;
}

/** What every such suite is judged by, whatever its answers are. */
interface Exports {
  allOf(...members: readonly Verifier[]): Verifier;
  readonly template: Verifier;
  readonly readable: Verifier;
}

const LETTER = /^[A-J]$/;

/**
 * The suite of a `.jsonl` or `.csv` file, named after it. A sample needs `id` and `prompt`; without `key` its canonical
 * prompt is one ({@link canonicalPrompt}), without `split` the key's hash decides (30% holdout, 20% steer, 50% train), and
 * without `area` it belongs to `all`. The version is a hash of samples and verifier; the suite has no generator.
 * @throws suite error for a file without samples, an id or a problem that is there twice, and an answer that is missing
 * where the verifier needs one; config error for an unknown verifier; as {@link readSampleFile}.
 */
export async function suiteOfFile(file: string, options: FileSuiteOptions = {}): Promise<Suite> {
  const name = basename(file, extname(file));
  const rows = readSampleFile(file);
  if (rows.length === 0) {
    throw new ProofstillError('suite', 'expected samples, got an empty file', {
      place: file,
      hint: 'Write one sample a line: {"id":"1","prompt":"What is 2+2?","expected":"4"}.',
    });
  }
  refuseRepetition(rows);
  const samples = rows.map((row) => sampleOf(row, name));
  const answer = await findVerifier(options.verifier ?? verifierFor(rows), `verifier of ${file}`);
  await refuseMissingAnswer(rows, samples, answer);
  const { allOf, template, readable } = (await builtInVerifiers()) as unknown as Exports;
  const verify = allOf(template, answer, readable);
  const given = new Map(rows.map((row) => [canonicalPrompt(row.prompt), keyOf(row)]));
  return defineSuite({
    name,
    version: contentHash({ samples, verifier: `${verify.name}@${verify.version}` }).slice(0, 12),
    areas: [...new Set(samples.map(({ area }) => area))],
    chance: chanceOf(samples),
    samples,
    source: file,
    verify,
    key: ({ prompt }) => given.get(canonicalPrompt(prompt)) ?? canonicalPrompt(prompt),
  });
}

function keyOf({ key, prompt }: SampleRow): string {
  return key ?? canonicalPrompt(prompt);
}

function sampleOf(row: SampleRow, suite: string): Sample {
  const { place: _, ...given } = row;
  const key = keyOf(row);
  return { suite, area: 'all', split: splitOfKey(key), ...given, key };
}

/** One problem in two splits is learnt and then asked; twice in one, it counts twice. */
function refuseRepetition(rows: readonly SampleRow[]): void {
  const placeOfId = new Map<string, string>();
  const placeOfKey = new Map<string, string>();
  for (const row of rows) {
    const { id, place } = row;
    const key = keyOf(row);
    const sameId = placeOfId.get(id);
    const sameKey = placeOfKey.get(key);
    if (sameId !== undefined) {
      throw new ProofstillError('suite', `the id "${id}" is that of ${sameId} too`, {
        place,
        hint: 'Give each sample an id of its own.',
      });
    }
    if (sameKey !== undefined) {
      throw new ProofstillError('suite', `this is the same problem as ${sameKey}: both have the key "${key}"`, {
        place,
        hint: 'Leave one of them out. If they do differ, give each a "key" that says how.',
      });
    }
    placeOfId.set(id, place);
    placeOfKey.set(key, place);
  }
}

function verifierFor(rows: readonly SampleRow[]): string {
  const expected = rows.flatMap((row) => row.expected ?? []);
  if (expected.length > 0 && expected.every((answer) => LETTER.test(answer.trim()))) return 'choice';
  const isMathematics = (answer: string): boolean => !['text', 'unreadable'].includes(parseAnswer(answer).kind);
  return expected.length > 0 && expected.every(isMathematics) ? 'mathAnswer' : 'exact';
}

async function refuseMissingAnswer(
  rows: readonly SampleRow[],
  samples: readonly Sample[],
  verifier: Verifier,
): Promise<void> {
  const index = rows.findIndex(({ expected }) => expected === undefined);
  const sample = samples[index];
  if (!sample || (await judgesWithoutExpected(verifier, sample))) return;
  throw new ProofstillError('suite', `there is no expected answer, and ${verifier.name} needs one`, {
    place: rows[index]?.place as string,
    hint: 'Give every sample "expected", or name a verifier that needs none.',
  });
}

/** Of a choice, one in as many as it has options: those of the sample, else the letters up to the last that is expected. */
function chanceOf(samples: readonly Sample[]): number {
  const letters = samples.flatMap(({ expected }) => (expected && LETTER.test(expected.trim()) ? expected.trim() : []));
  if (letters.length < samples.length) return 0;
  const most = Math.max(...letters.map((letter) => letter.charCodeAt(0) - 'A'.charCodeAt(0) + 1));
  const options = samples.map(({ meta }) => (Array.isArray(meta?.['options']) ? meta['options'].length : most));
  return options.reduce((sum, count) => sum + 1 / Math.max(2, count), 0) / samples.length;
}
