/** What `proofstill rescore` does, once its flags are read. */

import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ProofstillError } from '../core/errors.ts';
import type { ScoredAttempt } from '../core/evaluated.ts';
import { contentHash } from '../core/hash.ts';
import { type Evaluation, SCHEMA, type Scoreboard } from '../core/records.ts';
import type { Proportion } from '../core/statistics/proportion.ts';
import type { Suite } from '../core/suite.ts';
import { SCORES } from '../core/verdict.ts';
import { scoreboard } from '../evaluate/aggregate.ts';
import { type ChangedVerdict, changedVerdicts, type Finding, rescore } from '../evaluate/rescore.ts';
import { Scoring } from '../evaluate/scoring.ts';
import { count, interval, percent } from '../report/format.ts';
import { table } from '../report/terminal.ts';
import { findSuite } from '../resolve.ts';
import { evaluationIn, openEvaluation } from '../run/evaluation-file.ts';
import { makeFolder, orExplain, writeWhole } from '../run/files.ts';
import { readRun } from '../run/folder.ts';
import { readSummary } from '../run/load.ts';
import { type EvaluationPath, evaluationFiles } from '../run/records.ts';
import { requireSandboxIsolation } from '../verify/sandbox/isolation.ts';
import { type CliContext, printJson } from './context.ts';
import { type ProgressView, progressView } from './progress.ts';

export interface RescoreFlags {
  readonly run: string;
  readonly suite?: string;
  readonly requireIsolation: boolean;
  readonly json: boolean;
}

/** One file of evaluations, as the run judged it and as it is judged now. */
interface Rescored {
  readonly evaluations: number;
  readonly before: Scoreboard;
  readonly after: Scoreboard;
}

type Change = { readonly evaluation: string } & ChangedVerdict;

/** Changes shown; `rescore.json` has them all. */
const SHOWN = 20;

/**
 * Judges a finished run's evaluations again, into a folder of the run that is named by the verifier's version. What the
 * run itself recorded, summary and report included, stays: it is what its decisions were made on.
 * @throws record error where there is no finished run, or a record is corrupt
 */
export async function rescoreVerb(this: CliContext, flags: RescoreFlags): Promise<void> {
  const { run, suite: reference, json } = flags;
  if (flags.requireIsolation) requireSandboxIsolation();
  const isDistilled = existsSync(join(run, 'run.json'));
  if (isDistilled && !readSummary(run)) {
    throw new ProofstillError('record', 'this run is not complete: it has no summary.json', {
      place: run,
      hint: `Go on with it: proofstill distill --resume --run ${run}`,
    });
  }
  const files = evaluationFiles(run);
  const suite = await findSuite(reference ?? (isDistilled ? readRun(run).config.suites[0]! : suiteOf(files, run)));
  const folder = join(run, 'rescored', versionFolder(suite));
  orExplain(folder, () => makeFolder(folder));
  const found: Record<string, Rescored> = {};
  const changes: Change[] = [];
  const progress = progressView(this.process);
  try {
    for (const { name, file } of files) {
      progress.stage(`Rescore ${name}`);
      const into = join(folder, `${name}.jsonl`);
      const { before, after } = await rescored(suite, { file, into, signal: this.signal, progress });
      found[name] = {
        evaluations: before.length,
        before: scoreboard(before, suite.areas),
        after: scoreboard(after, suite.areas),
      };
      for (const change of changedVerdicts(before, after)) changes.push({ evaluation: name, ...change });
    }
  } finally {
    progress.end();
  }
  const result = {
    schema: SCHEMA,
    run,
    suite: { name: suite.name, version: suite.version },
    verifier: { name: suite.verify.name, version: suite.verify.version },
    ...(suite.judge ? { judge: { name: suite.judge.name, version: suite.judge.version } } : {}),
    evaluations: found,
    changes,
  };
  // Last: where it is, the verdicts beside it are complete.
  writeWhole(join(folder, 'rescore.json'), `${JSON.stringify(result, null, 2)}\n`);
  if (json) return printJson(this, result);
  const where = relative('.', folder);
  const lines = [
    figures(found, changes),
    ...changeLines(changes),
    '',
    `New verdicts: ${where}. What the run recorded, its summary and report included, is as it was.`,
  ];
  this.process.stdout.write(`${lines.join('\n')}\n`);
}

/** The suite of a run of `evaluate`. @throws config error where there are several */
function suiteOf(files: readonly EvaluationPath[], run: string): string {
  const names = [...new Set(files.map(({ file }) => evaluationIn(file).head.suite.name))];
  if (names.length === 1) return names[0]!;
  throw new ProofstillError('config', `the run has evaluations of ${names.join(', ')}`, {
    place: run,
    hint: 'Rescore them one by one, each in a run folder of its own.',
  });
}

/** Verdicts of two verifiers never share a folder, even where their authors gave them one version. */
function versionFolder({ verify, judge, version }: Suite): string {
  const judges = [verify, judge].map((verifier) => [verifier?.name, verifier?.version]);
  return `${verify.version.replaceAll(/[^\w.+-]/g, '-').slice(0, 80)}-${contentHash([version, judges]).slice(0, 8)}`;
}

/** Judges a file again, into another; texts pass through one by one. */
async function rescored(
  suite: Suite,
  { file, into, signal, progress }: { file: string; into: string; signal: AbortSignal; progress: ProgressView },
): Promise<Record<'before' | 'after', ScoredAttempt[]>> {
  const { head, evaluations } = evaluationIn(file);
  const total = head.samples.n * (head.decoding?.attempts ?? 1);
  const scoring = new Scoring();
  const before: ScoredAttempt[] = [];
  rmSync(into, { force: true });
  const { name, version, verify } = suite;
  const lines = openEvaluation(into, {
    ...head,
    suite: { ...head.suite, name, version },
    verifier: { name: verify.name, version: verify.version },
  });
  function* seen(): Generator<Evaluation> {
    for (const evaluation of evaluations) {
      before.push(scoring.score(evaluation));
      yield evaluation;
    }
  }
  try {
    const onProgress = (done: number): void => progress.update(done, total);
    for await (const evaluation of rescore({ suite, evaluations: seen(), signal, onProgress }))
      lines.append(evaluation);
    lines.sync();
  } finally {
    lines.close();
  }
  return { before, after: [...lines.attempts] };
}

/** Old and new shares side by side, the interval that of the new. */
function figures(files: Readonly<Record<string, Rescored>>, changes: readonly Change[]): string {
  const share = (before: Proportion, after: Proportion): string[] => [
    `${percent(before.value)} → ${percent(after.value)}`,
    interval(after),
  ];
  const rows = Object.entries(files).map(([name, { evaluations, before, after }]) => [
    name,
    count(evaluations),
    ...SCORES.flatMap((score) => share(before.overall[score], after.overall[score])),
    count(changes.filter(({ evaluation }) => evaluation === name).length),
  ]);
  const header = ['evaluation', 'outputs', ...SCORES.flatMap((score) => [score, '95% interval']), 'changes'];
  return table(header, rows, false);
}

function changeLines(changes: readonly Change[]): string[] {
  if (changes.length === 0) return ['', 'No verdict changed.'];
  const finding = ({ status, reason }: Finding): string =>
    `${status ?? 'not judged'}${reason === null ? '' : ` (${reason})`}`;
  const lines = changes
    .slice(0, SHOWN)
    .map(
      ({ evaluation, sample, attempt, score, before, after }) =>
        `${evaluation} ${sample}${attempt === 0 ? '' : `, attempt ${attempt}`}, ${score}: ${finding(before)} → ${finding(after)}`,
    );
  const more = changes.length > SHOWN ? [`and ${changes.length - SHOWN} more, in rescore.json`] : [];
  return ['', ...lines, ...more];
}
