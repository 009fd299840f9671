/** `samples_<task>_<date>.jsonl` of lm-evaluation-harness as an evaluation of ours. Lines are read one by one, twice. */

import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ProofstillError } from '../../core/errors.ts';
import { type Evaluation, SCHEMA } from '../../core/records.ts';
import { problemHash } from '../scoring.ts';
import { parseForeign } from './foreign-json.ts';
import {
  Chance,
  choiceNote,
  chosen,
  gradedNote,
  gradeOf,
  type Imported,
  type ImportOptions,
  importedHead,
  importedVerdict,
  numberOf,
} from './imported.ts';
import {
  filteredOf,
  type LmEvalLine,
  type LmEvalResults,
  lmEvalLineSchema,
  lmEvalResultsSchema,
  metricsOf,
  requestOf,
  responsesOf,
  targetOf,
} from './lm-eval-schema.ts';
import { hashOfFile, linesOf, textOf } from './log-file.ts';

/**
 * Reads a log of samples, and the results beside it where they are there. A document is a sample. Where every response
 * has its own score, each is an attempt; where several have one score together, they are one attempt.
 * @throws record error with `file:line` where the log is damaged; config error for an unknown filter, metric or area
 */
export async function importLmEval(file: string, options: ImportOptions = {}): Promise<Imported> {
  const { nearest, threshold, area } = options;
  const hash = await hashOfFile(file);
  const { task, results } = await besides(file);
  const surveys = await surveysOf(file);
  const filters = [...surveys.keys()];
  const filter = chosen('filter', options.filter, filters, { nearest, place: file });
  const survey = surveys.get(filter) as Survey;
  const metric = metricOf(survey, options, file);
  const { graded, attempts } = survey.metrics.get(metric) as MetricSurvey;
  const areas = new Set<string>();
  for await (const { line, place } of readLines(file, filter)) areas.add(areaOf(line, task, area, place));
  const head = importedHead({
    tool: 'lm_eval',
    task,
    taskVersion: `${results?.versions?.[task] ?? results?.configs?.[task]?.metadata?.version ?? 0}`,
    model: results?.model_name || basename(dirname(file)).replace('__', '/'),
    hash,
    judge: `${filter}/${metric}`,
    threshold,
    problems: survey.problems,
    of: results?.['n-samples']?.[task]?.original,
    areas,
    chance: survey.chance.value,
    decoding: decodingOf(results, task, attempts),
    versions: {
      ...(results?.lm_eval_version ? { lm_eval: results.lm_eval_version } : {}),
      ...(results?.transformers_version && results.transformers_version !== 'N/A'
        ? { transformers: results.transformers_version }
        : {}),
    },
  });
  const notes = [
    ...choiceNote('filter', filter, filters, options.filter),
    ...choiceNote('metric', metric, [...survey.metrics.keys()], options.metric),
    ...gradedNote(metric, graded, threshold),
    ...(survey.responses > 1 && attempts === 1
      ? [`Each document has ${survey.responses} responses and one score: the first is kept, as one attempt.`]
      : []),
    ...(results ? [] : ['There is no results file beside the log: the model is named after its folder.']),
  ];
  async function* evaluations(): AsyncGenerator<Evaluation, void> {
    for await (const { line, place } of readLines(file, filter)) {
      yield* judged(line, { metric, threshold, area: areaOf(line, task, area, place) });
    }
  }
  return { head, notes, evaluations: evaluations() };
}

interface MetricSurvey {
  isBinary: boolean;
  graded: number;
  /** Scores of one document, at most. */
  attempts: number;
  /** Where the first value stands that is no number. */
  unreadable?: string;
}

/** What one reading of a filter's lines tells. */
interface Survey {
  readonly problems: Map<string, string>;
  readonly metrics: Map<string, MetricSurvey>;
  readonly chance: Chance;
  responses: number;
}

async function surveysOf(file: string): Promise<Map<string, Survey>> {
  const surveys = new Map<string, Survey>();
  for await (const { line, place } of readLines(file)) {
    const survey = surveys.get(line.filter) ?? {
      problems: new Map(),
      metrics: new Map(),
      chance: new Chance(),
      responses: 0,
    };
    surveys.set(line.filter, survey);
    const id = `${line.doc_id}`;
    if (survey.problems.has(id)) {
      throw new ProofstillError('record', `document ${id} of filter ${line.filter} is in the log twice`, {
        place,
        hint: 'Import the log of one run: the harness appends where a file of that name is there.',
      });
    }
    const { prompt, choices } = requestOf(line);
    survey.problems.set(id, problemHash({ prompt, expected: targetOf(line) }));
    survey.chance.see(choices.length);
    survey.responses = Math.max(survey.responses, responsesOf(line, choices).length);
    for (const metric of metricsOf(line)) {
      const known = survey.metrics.get(metric) ?? { isBinary: true, graded: 0, attempts: 1 };
      survey.metrics.set(metric, known);
      const values = scoresOf(line, metric);
      known.attempts = Math.max(known.attempts, values.length);
      for (const value of values) {
        if (value === undefined || value === null) continue;
        const number = numberOf(value);
        if (number === undefined) {
          known.unreadable ??= place;
          known.isBinary = false;
        } else if (number !== 0 && number !== 1) {
          known.graded++;
          known.isBinary = false;
        }
      }
    }
  }
  return surveys;
}

function metricOf({ metrics }: Survey, { metric, threshold, nearest }: ImportOptions, file: string): string {
  const known = [...metrics.keys()];
  const binary = known.filter((name) => metrics.get(name)?.isBinary);
  const readable = known.filter((name) => metrics.get(name)?.unreadable === undefined);
  const usual = binary[0] ?? (threshold === undefined ? undefined : readable[0]);
  if (metric === undefined && usual === undefined && readable.length > 0) {
    throw new ProofstillError('config', `no metric of the log is 0 or 1 on every line: ${known.join(', ')}`, {
      place: file,
      hint: 'Say which one to read and from what value on it passes: --metric <name> --threshold <x>',
    });
  }
  const name = chosen('metric', metric ?? usual, known, { nearest, place: file });
  const place = metrics.get(name)?.unreadable;
  if (place === undefined) return name;
  throw new ProofstillError('record', `expected ${name} to be a number`, {
    place,
    hint: `Read another metric with --metric${readable.length > 0 ? `: ${readable.join(', ')}` : ''}.`,
  });
}

/** One score, or one for each response where the log has as many. */
function scoresOf(line: LmEvalLine, metric: string): unknown[] {
  const value = Object.hasOwn(line, metric) ? line[metric] : undefined;
  const isEach = Array.isArray(value) && value.length === responsesOf(line, requestOf(line).choices).length;
  return isEach ? value : [value];
}

function* judged(
  line: LmEvalLine,
  { metric, threshold, area }: { metric: string; threshold: number | undefined; area: string },
): Generator<Evaluation, void> {
  const { prompt, choices } = requestOf(line);
  const expected = targetOf(line);
  const responses = responsesOf(line, choices);
  const values = scoresOf(line, metric);
  const answer = values.length === 1 ? filteredOf(line) : undefined;
  for (const [attempt, value] of values.entries()) {
    yield {
      schema: SCHEMA,
      sample: `${line.doc_id}`,
      area,
      prompt,
      ...(expected === undefined ? {} : { expected }),
      attempt,
      output: { text: responses[attempt] ?? '', finishReason: 'stop', tokens: { in: 0, out: 0 } },
      verdict: importedVerdict(metric, gradeOf(value, threshold), { answer }),
    };
  }
}

function areaOf({ doc, doc_id }: LmEvalLine, task: string, key: string | undefined, place: string): string {
  if (key === undefined) return task;
  const value = doc && Object.hasOwn(doc, key) ? doc[key] : undefined;
  if ((typeof value === 'string' && value !== '') || typeof value === 'number') return `${value}`;
  throw new ProofstillError('config', `document ${doc_id} has no text or number "${key}"`, {
    place,
    hint: `--area takes one of: ${Object.keys(doc ?? {}).join(', ') || 'none, for it has no document'}.`,
  });
}

function decodingOf(results: LmEvalResults | undefined, task: string, attempts: number) {
  const kwargs = results?.configs?.[task]?.generation_kwargs ?? {};
  const temperature = kwargs['temperature'] ?? (kwargs['do_sample'] === false ? 0 : undefined);
  const topP = kwargs['top_p'] ?? (temperature === 0 ? 1 : undefined);
  return { attempts, maxTokens: kwargs['max_gen_toks'], temperature, topP, seed: results?.config?.random_seed };
}

async function* readLines(file: string, filter?: string): AsyncGenerator<{ line: LmEvalLine; place: string }, void> {
  for await (const { text, place } of linesOf(file)) {
    const line = parseForeign(text, lmEvalLineSchema, place);
    if (filter === undefined || line.filter === filter) yield { line, place };
  }
}

/** Task and results by the file's name. */
async function besides(file: string): Promise<{ task: string; results: LmEvalResults | undefined }> {
  const [, task, date] = /^samples_(.+)_(\d{4}-\d\d-\d\dT[^_]+)\.jsonl$/.exec(basename(file)) ?? [];
  const beside = date === undefined ? undefined : join(dirname(file), `results_${date}.json`);
  const results =
    beside !== undefined && existsSync(beside)
      ? parseForeign(await textOf(beside), lmEvalResultsSchema, beside)
      : undefined;
  return { task: task ?? basename(file).replace(/^samples_|\.jsonl$/g, ''), results };
}
