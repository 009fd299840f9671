/** Logs of inspect_ai, `.eval` and `.json`, as evaluations of ours. Samples are read one by one, twice: once to know them, once to give them. */

import { ProofstillError } from '../../core/errors.ts';
import type { Evaluation } from '../../core/records.ts';
import { SCHEMA } from '../../core/records.ts';
import { problemHash } from '../scoring.ts';
import { openArchive } from './archive.ts';
import { parseForeign } from './foreign-json.ts';
import {
  Chance,
  choiceNote,
  chosen,
  type Grade,
  gradedNote,
  gradeOf,
  type Imported,
  type ImportOptions,
  importedHead,
  importedVerdict,
} from './imported.ts';
import {
  expectedOf,
  type InspectHeader,
  type InspectSample,
  inspectHeaderSchema,
  inspectLogSchema,
  inspectSampleSchema,
  outputOf,
  promptOf,
} from './inspect-schema.ts';
import { hashOfFile, textOf } from './log-file.ts';

/** A log whose samples can be read any number of times, by name. */
interface InspectLog {
  readonly header: InspectHeader;
  /** Where each sample stands, for {@link InspectLog.sample} and for messages. */
  readonly names: readonly string[];
  sample(name: string): Promise<InspectSample>;
  close(): void;
}

/** One attempt that is in the log. */
interface Found {
  readonly name: string;
  readonly sample: string;
  readonly attempt: number;
}

/**
 * Reads a log of inspect_ai. An epoch becomes an attempt; an attempt that the log should hold and does not is `missing`,
 * and one that ended in an error is `sample-error`, both unscored.
 * @throws record error naming the member or sample where the log is damaged; config error for an unknown scorer or area
 */
export async function importInspect(file: string, options: ImportOptions = {}): Promise<Imported> {
  const hash = await hashOfFile(file);
  const log = await openLog(file);
  try {
    const { header } = log;
    const task = header.eval.task;
    const survey = await surveyOf(log, file, options);
    const { found, problems, prompts, scorers } = survey;
    if (found.length === 0) {
      throw new ProofstillError('record', 'expected samples in the log, found none', {
        place: file,
        hint: 'Run the evaluation again, without --no-log-samples.',
      });
    }
    const scorer = chosen('scorer', options.scorer, scorers, { nearest: options.nearest, place: file });
    const missing = missingOf(header, found);
    for (const { sample } of missing) if (!problems.has(sample)) problems.set(sample, problemHash({ prompt: '' }));
    const areas = new Set(survey.areas.values());
    if (missing.some(({ sample }) => !survey.areas.has(sample))) areas.add(task);
    const { epochs } = header.eval.config ?? {};
    const head = importedHead({
      tool: 'inspect_ai',
      task,
      taskVersion: `${header.eval.task_version ?? 0}`,
      model: header.eval.model,
      hash,
      judge: scorer,
      threshold: options.threshold,
      problems,
      of: header.eval.dataset?.samples ?? undefined,
      areas,
      chance: survey.chance.value,
      decoding: decodingOf(header, epochs ?? 1),
      versions: Object.fromEntries(Object.entries(header.eval.packages ?? {})),
    });
    const graded = survey.graded.get(scorer) ?? 0;
    const notes = [
      ...choiceNote('scorer', scorer, scorers, options.scorer),
      ...gradedNote(scorer, graded, options.threshold),
      ...(header.status === undefined || header.status === 'success' ? [] : [unfinished(header)]),
      ...(missing.length === 0 ? [] : [`${missing.length} attempts are not in the log and count as unscored.`]),
    ];
    const evaluationOf = (at: Found, sample: InspectSample): Evaluation =>
      judged(at, sample, { scorer, threshold: options.threshold, area: areaOf(sample, task, options.area, at.name) });
    async function* evaluations(): AsyncGenerator<Evaluation, void> {
      const again = await openLog(file);
      try {
        const order = new Map([...problems.keys()].map((sample, index) => [sample, index]));
        const place = (at: { sample: string; attempt: number }): number => order.get(at.sample) ?? 0;
        const all = [...found, ...missing.map((at) => ({ ...at, name: undefined }))];
        all.sort((left, right) => place(left) - place(right) || left.attempt - right.attempt);
        for (const { name, sample, attempt } of all) {
          if (name !== undefined) yield evaluationOf({ name, sample, attempt }, await again.sample(name));
          else
            yield absent({ sample, attempt }, { scorer, area: survey.areas.get(sample) ?? task, ...prompts(sample) });
        }
      } finally {
        again.close();
      }
    }
    return { head, notes, evaluations: evaluations() };
  } finally {
    log.close();
  }
}

/** What one reading of every sample tells. */
async function surveyOf(log: InspectLog, file: string, options: ImportOptions) {
  const found: Found[] = [];
  const seen = new Map<string, string>();
  const unordered = new Map<string, string>();
  const areas = new Map<string, string>();
  const texts = new Map<string, { prompt: string; expected: string }>();
  const scorers = new Set<string>();
  const graded = new Map<string, number>();
  const chance = new Chance();
  const ids = log.header.eval.dataset?.sample_ids ?? [];
  const epochs = log.header.eval.config?.epochs ?? 1;
  // Texts are kept only where an attempt is missing, which wants them.
  const isWhole = log.names.length >= ids.length * epochs;
  for (const name of log.names) {
    const sample = await log.sample(name);
    const id = `${sample.id}`;
    const key = JSON.stringify([id, sample.epoch]);
    const other = seen.get(key);
    if (other !== undefined) {
      throw new ProofstillError('record', `sample ${id} of epoch ${sample.epoch} is in the log twice: also ${other}`, {
        place: `${file}: ${name}`,
        hint: 'Import the log of one run.',
      });
    }
    seen.set(key, name);
    found.push({ name, sample: id, attempt: sample.epoch - 1 });
    const problem = { prompt: promptOf(sample), expected: expectedOf(sample) };
    if (!unordered.has(id)) {
      unordered.set(id, problemHash(problem));
      areas.set(id, areaOf(sample, log.header.eval.task, options.area, `${file}: ${name}`));
      chance.see(sample.choices?.length);
      if (!isWhole) texts.set(id, problem);
    }
    for (const [scorer, { value }] of Object.entries(sample.scores ?? {})) {
      scorers.add(scorer);
      if (gradeOf(value, undefined).isGraded) graded.set(scorer, (graded.get(scorer) ?? 0) + 1);
    }
  }
  // In the order of the dataset: members stand in the order in which samples happened to end.
  const problems = new Map<string, string>();
  for (const id of [...ids.map(String), ...unordered.keys()]) {
    const problem = unordered.get(id);
    if (problem !== undefined) problems.set(id, problem);
  }
  // As the log's own results name them, the first of which is its headline.
  const named = (log.header.results?.scores ?? []).map(({ name }) => name).filter((name) => scorers.has(name));
  const prompts = (sample: string) => texts.get(sample) ?? { prompt: '' };
  return { found, problems, areas, prompts, scorers: [...new Set([...named, ...scorers])], graded, chance };
}

/** The attempts that the header promises and the log does not hold. */
function missingOf({ eval: { dataset, config } }: InspectHeader, found: readonly Found[]) {
  const held = new Set(found.map(({ sample, attempt }) => JSON.stringify([sample, attempt])));
  const ids = new Set([...(dataset?.sample_ids ?? []).map(String), ...found.map(({ sample }) => sample)]);
  const attempts = Array.from({ length: config?.epochs ?? 1 }, (_, attempt) => attempt);
  return [...ids].flatMap((sample) =>
    attempts.filter((attempt) => !held.has(JSON.stringify([sample, attempt]))).map((attempt) => ({ sample, attempt })),
  );
}

function judged(
  { sample, attempt }: Found,
  from: InspectSample,
  { scorer, threshold, area }: { scorer: string; threshold: number | undefined; area: string },
): Evaluation {
  const scores = from.scores ?? {};
  const score = Object.hasOwn(scores, scorer) ? scores[scorer] : undefined;
  const grade: Pick<Grade, 'status' | 'reason'> =
    score !== undefined
      ? gradeOf(score.value, threshold)
      : { status: 'unscored', reason: from.error ? 'sample-error' : 'no-score' };
  const { text, isTruncated, ...tokens } = outputOf(from);
  const detail = score?.explanation ?? score?.reason ?? from.error?.message;
  return {
    schema: SCHEMA,
    sample,
    area,
    prompt: promptOf(from),
    expected: expectedOf(from),
    attempt,
    output: { text, finishReason: isTruncated ? 'length' : from.error ? 'cancelled' : 'stop', tokens },
    verdict: importedVerdict(scorer, grade, { answer: score?.answer, detail }),
  };
}

function absent(
  { sample, attempt }: { sample: string; attempt: number },
  { scorer, ...problem }: { scorer: string; area: string; prompt: string; expected?: string },
): Evaluation {
  return {
    schema: SCHEMA,
    sample,
    ...problem,
    attempt,
    output: { text: '', finishReason: 'cancelled', tokens: { in: 0, out: 0 } },
    verdict: importedVerdict(scorer, { status: 'unscored', reason: 'missing' }, {}),
  };
}

function areaOf({ metadata, id }: InspectSample, task: string, key: string | undefined, place: string): string {
  if (key === undefined) return task;
  const value = metadata && Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  if ((typeof value === 'string' && value !== '') || typeof value === 'number') return `${value}`;
  throw new ProofstillError('config', `sample ${id} has no text or number "${key}" in its metadata`, {
    place,
    hint: `--area takes one of: ${Object.keys(metadata ?? {}).join(', ') || 'none, for it has no metadata'}.`,
  });
}

function decodingOf({ eval: { model_generate_config: model }, plan }: InspectHeader, attempts: number) {
  const config = { ...model, ...plan?.config };
  const { max_tokens: maxTokens, temperature, seed } = config;
  return { attempts, maxTokens, temperature, topP: config.top_p ?? (temperature === 0 ? 1 : undefined), seed };
}

function unfinished({ status, error }: InspectHeader): string {
  return `The run did not finish (${status}${error ? `: ${error.message}` : ''}).`;
}

/** `samples/1_epoch_1.json`, or for a large sample `samples/1_epoch_1/sample.json`. */
const SAMPLE = /^samples\/.+_epoch_\d+(?:\.json|\/sample\.json)$/s;

async function openLog(file: string): Promise<InspectLog> {
  if (!file.toLowerCase().endsWith('.json')) return openArchived(file);
  const hint =
    'Convert it, for archives are read piece by piece: inspect log convert <log> --to eval --output-dir <dir>';
  const { samples, ...header } = parseForeign(await textOf(file, hint), inspectLogSchema, file);
  const byName = new Map((samples ?? []).map((sample, index) => [`samples[${index}]`, sample]));
  return {
    header,
    names: [...byName.keys()],
    sample: async (name) => byName.get(name) as InspectSample,
    close() {},
  };
}

async function openArchived(file: string): Promise<InspectLog> {
  const archive = await openArchive(file);
  try {
    // A run that was killed has no header yet, only what it began with.
    const top = ['header.json', '_journal/start.json'].find((name) => archive.names.includes(name));
    if (top === undefined) {
      throw new ProofstillError('record', 'expected a log of inspect_ai: the archive has no header.json', {
        place: file,
      });
    }
    const header = parseForeign(await archive.read(top), inspectHeaderSchema, `${file}: ${top}`);
    return {
      header: top === 'header.json' ? header : { ...header, status: 'started' },
      names: archive.names.filter((name) => SAMPLE.test(name)),
      sample: async (name) => parseForeign(await archive.read(name), inspectSampleSchema, `${file}: ${name}`),
      close: () => archive.close(),
    };
  } catch (error) {
    archive.close();
    throw error;
  }
}
