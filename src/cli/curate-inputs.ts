/** What `proofstill curate` reads of a run: what must not be learnt, and its candidates as people left them. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ProofstillError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { type Candidate, candidateSchema } from '../core/records.ts';
import type { Suite } from '../core/suite.ts';
import { ContaminationIndex } from '../curate/decontaminate.ts';
import { builtInSuites, findSuite } from '../resolve.ts';
import { evaluationIn } from '../run/evaluation-file.ts';
import { orExplain } from '../run/files.ts';
import { openLine, scanLines } from '../run/lines.ts';
import { REVIEWS } from '../run/reviews.ts';
import { reviewsOf } from '../teacher.ts';
import { type SettleOptions, settle } from '../verify/settle.ts';

export interface Forbidden {
  readonly index: ContaminationIndex;
  /** Different problems in it. */
  readonly problems: number;
  readonly suites: readonly Suite[];
  /** The run's own suites. */
  readonly own: readonly { readonly name: string; readonly isBuiltIn: boolean }[];
}

/**
 * Everything that the student is judged on: steer, holdout and stretch of the built-in suites, of the run's and of further
 * ones, and whatever the run's evaluations asked, for fresh steer samples are nowhere else.
 * @param recorded the suites in `run.json`: names, paths, or `name@version` of a suite that a config brought
 * @throws config error where a suite is not found
 */
export async function forbiddenOf(
  run: string,
  recorded: readonly string[],
  further: readonly string[],
): Promise<Forbidden> {
  const builtIn = await builtInSuites();
  const given = await Promise.all(further.map((reference) => findSuite(reference)));
  const own = await Promise.all(recorded.map((reference) => ownSuite(reference, [...given, ...builtIn])));
  const suites = [...new Map([...builtIn, ...given, ...own].map((suite) => [suite.name, suite])).values()];
  const samples = suites.flatMap((suite) => suite.samples.filter(({ split }) => split !== 'train'));
  const index = new ContaminationIndex(samples);
  const keys = new Set(samples.map(({ key }) => key));
  for (const file of jsonlFiles(join(run, 'evaluations'))) {
    const { head, evaluations } = evaluationIn(file);
    const suite = suites.find(({ name }) => name === head.suite.name);
    for (const { prompt } of evaluations) {
      const key = suite?.key({ prompt }) ?? prompt;
      keys.add(key);
      index.add([{ key, prompt }]);
    }
  }
  const isBuiltIn = (name: string): boolean => builtIn.some((suite) => suite.name === name);
  return {
    index,
    problems: keys.size,
    suites,
    own: own.map(({ name }) => ({ name, isBuiltIn: isBuiltIn(name) })),
  };
}

/** A suite that a config brought as an object is recorded by name and version only. */
async function ownSuite(reference: string, known: readonly Suite[]): Promise<Suite> {
  const [, name] = /^(.+)@[^@/]*$/.exec(reference) ?? [];
  if (name === undefined) return findSuite(reference);
  const found = known.find((suite) => suite.name === name);
  if (found) return found;
  throw new ProofstillError(
    'config',
    `the run's suite ${reference} came from its config, and is not to be found by name`,
    {
      place: '--suite',
      hint: 'Name its file with --suite, so that its problems can be kept out.',
    },
  );
}

export interface Reading {
  readonly candidate: Candidate;
  readonly isReviewed: boolean;
  /** Bytes of all files up to here. */
  readonly bytes: number;
}

/** A run's candidates, one at a time, as its settings and people's decisions of today settle them. @throws record error where there are none; while reading, at a corrupt line */
export function candidatesOf(
  run: string,
  settling: Omit<SettleOptions, 'review'>,
): { readonly bytes: number; readonly candidates: Generator<Reading, void> } {
  const files = jsonlFiles(join(run, 'candidates'));
  const bytes = files.reduce((sum, file) => sum + orExplain(file, () => statSync(file).size), 0);
  if (bytes === 0) {
    throw new ProofstillError('record', 'there are no candidates in this run', {
      place: join(run, 'candidates'),
      hint: 'Make some with proofstill generate or proofstill distill, or name another run with --run.',
    });
  }
  // Where nobody decided anything, no text needs to be hashed.
  const review = existsSync(join(run, REVIEWS)) ? { review: reviewsOf(run) } : {};
  return { bytes, candidates: settled(files, { ...settling, ...review }) };
}

/** The candidates of a problem stand together in a file. */
function* settled(files: readonly string[], settling: SettleOptions): Generator<Reading, void> {
  let problem: Candidate[] = [];
  let upTo = 0;
  function* settledProblem(): Generator<Reading, void> {
    const fates = settle(problem, settling);
    for (const [index, { id, attempt, output }] of problem.entries()) {
      const isReviewed = settling.review?.(id, attempt, sha256(output.text)) !== undefined;
      yield { candidate: fates[index] as Candidate, isReviewed, bytes: upTo };
    }
    problem = [];
  }
  let before = 0;
  for (const file of files) {
    let last = 0;
    for (const { text, place, end, isTorn } of scanLines(file)) {
      // Its writer was ended, or is still at it.
      if (isTorn) break;
      const drawn = openLine(text, candidateSchema, place);
      if (problem.length > 0 && problem[0]?.id !== drawn.id) yield* settledProblem();
      problem.push(drawn);
      last = end;
      upTo = before + end;
    }
    yield* settledProblem();
    before += last;
  }
}

/** By number, where names have one: `round-2` before `round-10`. */
function jsonlFiles(folder: string): string[] {
  const names = existsSync(folder) ? orExplain(folder, () => readdirSync(folder)) : [];
  return names
    .filter((name) => name.endsWith('.jsonl') && !name.startsWith('.'))
    .sort((left, right) => left.localeCompare(right, 'en', { numeric: true }))
    .map((name) => join(folder, name));
}
