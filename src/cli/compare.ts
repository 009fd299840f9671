/** What `proofstill compare` does, once its flags are read. */

import { ProofstillError } from '../core/errors.ts';
import type { Evaluated, EvaluationHead } from '../core/evaluated.ts';
import { SCHEMA } from '../core/records.ts';
import { type Comparison, compare, type ScoreChange, type ScoreChanges, type Turn } from '../evaluate/compare.ts';
import { visible } from '../report/decision-text.ts';
import { count, percent, points, probability } from '../report/format.ts';
import { table } from '../report/terminal.ts';
import { isBaseline } from '../run/baseline.ts';
import { evaluationIn } from '../run/evaluation-file.ts';
import { readRecords } from '../run/records.ts';
import { type CliContext, printJson } from './context.ts';

export interface CompareFlags {
  readonly acrossVersions: boolean;
  readonly transcripts: boolean;
  readonly seed?: number;
  readonly json: boolean;
}

/** Sample ids shown; `--json` has them all. And transcripts, each of which is long. */
const SHOWN = 20;
const SHOWN_TRANSCRIPTS = 5;

interface Compared {
  readonly before: Evaluated;
  readonly after: Evaluated;
  readonly comparison: Comparison;
}

/** The first run against each of the others, suite by suite. */
export function compareVerb(this: CliContext, flags: CompareFlags, ...paths: string[]): void {
  const [first, ...others] = paths;
  if (first === undefined || others.length === 0) {
    throw new ProofstillError('config', `expected two runs or more to compare, got ${paths.length}`, {
      place: 'proofstill compare',
      hint: 'Name them, the earlier one first: proofstill compare runs/old runs/new',
    });
  }
  const before = readRecords(first).evaluations;
  const later = others.map((path) => ({ path, evaluations: readRecords(path).evaluations }));
  const all = later.flatMap(({ path, evaluations }) => pairsOf(before, evaluations, { first, path }));
  const alone = [
    ...later.flatMap(({ evaluations }) => aloneIn(before, evaluations)),
    ...later.flatMap(({ evaluations }) => aloneIn(evaluations, before)),
  ];
  const compared = all.map(([was, is]): Compared => {
    const { acrossVersions, seed } = flags;
    const comparison = compare(was, is, { acrossVersions, ...(seed === undefined ? {} : { seed }) });
    return { before: was, after: is, comparison };
  });
  if (flags.json) {
    const comparisons = compared.map(({ before: was, after: is, comparison }) => ({
      before: was.head,
      after: is.head,
      ...comparison,
    }));
    printJson(this, { schema: SCHEMA, comparisons, alone });
    return;
  }
  const texts = compared.map((each) => textOf(each, flags.transcripts));
  const rest = alone.map(({ model, suite, split }) => `Only one side has ${split} of ${suite}: ${model}`);
  this.process.stdout.write(`${[...texts, ...rest.map((line) => visible(line, 200))].join('\n\n')}\n`);
}

/** What only the one side was asked. */
function aloneIn(
  evaluations: readonly Evaluated[],
  others: readonly Evaluated[],
): { readonly model: string; readonly suite: string; readonly split: string }[] {
  return evaluations
    .filter(({ head }) => !others.some((other) => isOfSame(other.head, head)))
    .map(({ head: { model, suite, split } }) => ({ model: model.reference, suite: suite.name, split }));
}

function isOfSame(left: EvaluationHead, right: EvaluationHead): boolean {
  return left.suite.name === right.suite.name && left.split === right.split;
}

/** Evaluations of the same suite and split. @throws config error where there is none */
function pairsOf(
  before: readonly Evaluated[],
  after: readonly Evaluated[],
  { first, path }: { first: string; path: string },
): [Evaluated, Evaluated][] {
  const pairs = after.flatMap((is): [Evaluated, Evaluated][] => {
    const was = before.find(({ head }) => isOfSame(head, is.head));
    return was ? [[was, is]] : [];
  });
  if (pairs.length > 0) return pairs;
  const named = (evaluations: readonly Evaluated[]): string =>
    evaluations.map(({ head }) => `${head.split} of ${head.suite.name}`).join(', ');
  throw new ProofstillError('config', `the runs have no suite in common: ${named(before)}; and ${named(after)}`, {
    place: `${first} and ${path}`,
    hint: 'Compare evaluations of one suite and split.',
  });
}

function textOf({ before, after, comparison }: Compared, hasTranscripts: boolean): string {
  const { suite, split } = after.head;
  const attempts = Math.max(...[before, after].map(({ head }) => head.decoding?.attempts ?? 1));
  const title = `${suite.name}, ${split}: ${before.head.model.reference} → ${after.head.model.reference}`;
  const { overall, areas, fixed, broken, missing, added } = comparison;
  const rows = [
    ...areas.map(({ area, scores }) => rowOf(area, scores.answer, scores.answer.adjustedP)),
    rowOf('all', overall.answer, overall.answer.p),
  ];
  const header = [
    'answer',
    'pairs',
    'before → after',
    'difference, points',
    '95% interval',
    'newly right',
    'newly wrong',
    'p',
  ];
  const test =
    attempts === 1
      ? "p: McNemar's exact test; in areas adjusted by Holm. Intervals: Tango."
      : 'p: sign-flip permutation of samples; in areas adjusted by Holm. Intervals: paired cluster bootstrap (BCa).';
  return [
    visible(title, 200),
    table(header, rows),
    '',
    ...(['format', 'trace'] as const).flatMap((score) => lineOf(score, overall)),
    detectableLine(overall.answer),
    test,
    ...turnLines('newly wrong', broken),
    ...turnLines('newly right', fixed),
    ...(missing.length === 0 ? [] : [`${missing.length} samples are of the first run only${listed(missing)}`]),
    ...(added.length === 0 ? [] : [`${added.length} samples are of the second run only${listed(added)}`]),
    ...(hasTranscripts ? transcripts({ before, after, comparison }) : []),
  ].join('\n');
}

function rowOf(name: string, change: ScoreChange, p: number | null): string[] {
  const { pairs, before, after, difference, fixed, broken } = change;
  return [
    visible(name, 40),
    count(pairs),
    `${percent(before)} → ${percent(after)}`,
    points(difference),
    spanOf(change),
    count(fixed),
    count(broken),
    p === null ? '–' : probability(p).replace('p = ', '').replace('p < ', '<'),
  ];
}

function spanOf({ low, high }: ScoreChange): string {
  return low === null || high === null ? '–' : `${points(low)} to ${points(high)}`;
}

function lineOf(score: 'format' | 'trace', overall: ScoreChanges): string[] {
  const change = overall[score];
  if (change.pairs === 0) return [];
  const { before, after, difference, p } = change;
  const test = p === null ? '' : `, ${probability(p)}`;
  return [`${score}: ${percent(before)} → ${percent(after)}, ${points(difference)} points (${spanOf(change)})${test}`];
}

function detectableLine({ pairs, detectable }: ScoreChange): string {
  return detectable === null
    ? `${count(pairs)} pairs that differ so rarely would show no difference in four cases of five.`
    : `${count(pairs)} pairs like these show a difference of ${(100 * detectable).toFixed(1)} points or more in four cases of five.`;
}

function turnLines(title: string, turns: readonly Turn[]): string[] {
  return turns.length === 0 ? [] : [`${count(turns.length)} ${title}${listed(turns.map(({ sample }) => sample))}`];
}

function listed(ids: readonly string[]): string {
  const more = ids.length > SHOWN ? `, and ${ids.length - SHOWN} more, in --json` : '';
  return `: ${ids
    .slice(0, SHOWN)
    .map((id) => visible(id, 60))
    .join(', ')}${more}`;
}

/** What both models said of samples that are newly wrong: shown only where it is asked for, for it shows the holdout. */
function transcripts({ before, after, comparison }: Compared): string[] {
  const ids = new Set(comparison.broken.slice(0, SHOWN_TRANSCRIPTS).map(({ sample }) => sample));
  const said = [before, after].map(({ source }) => {
    const found = new Map<string, { prompt: string; expected: string; text: string }>();
    if (isBaseline(source)) return found;
    for (const { sample, attempt, prompt, expected = '(by rule)', output } of evaluationIn(source).evaluations) {
      if (attempt === 0 && ids.has(sample)) found.set(sample, { prompt, expected, text: output.text });
    }
    return found;
  });
  const quoted = (text: string): string =>
    text
      .split('\n')
      .map((line) => `    ${visible(line, 400)}`)
      .join('\n');
  return [...ids].flatMap((id) => {
    const [was, is] = said.map((found) => found.get(id));
    const asked = is ?? was;
    return [
      '',
      `${visible(id, 60)}: ${visible(asked?.prompt ?? '', 400)}   expected ${visible(asked?.expected ?? '', 200)}`,
      '  before:',
      quoted(was?.text ?? '(a baseline holds no texts)'),
      '  after:',
      quoted(is?.text ?? '(a baseline holds no texts)'),
    ];
  });
}
