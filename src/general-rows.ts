/** A run's general rows: those that the student brings, and a teacher's answers to general prompts. */

import { existsSync } from 'node:fs';
import { z } from 'zod';
import { teacherDecoding } from './core/endpoint.ts';
import { ProofstillError } from './core/errors.ts';
import { contentHash } from './core/hash.ts';
import type { Model } from './core/output.ts';
import type { DatasetRow } from './core/records.ts';
import type { Verifier } from './core/verdict.ts';
import { readDataset, writeDataset } from './curate/dataset.ts';
import { generalRows } from './curate/mix.ts';
import { generalAnswers, readPrompts } from './generate/general.ts';
import type { Config } from './run/config.ts';
import type { RunFolder } from './run/folder.ts';
import type { Stages } from './stages.ts';

/** What general rows come from. */
export interface GeneralSources {
  /** `general.jsonl` of the student. */
  readonly brought: readonly DatasetRow[];
  /** Of `mix.prompts`. */
  readonly prompts: readonly string[];
}

/** Reads them; nothing where the mix has no general part. @throws as {@link readPrompts} and {@link generalRows} */
export async function readGeneralSources({ mix, student }: Config): Promise<GeneralSources> {
  if (mix.general === 0) return { brought: [], prompts: [] };
  const prompts = mix.prompts === undefined ? [] : readPrompts(mix.prompts);
  return { brought: await generalRows(student), prompts };
}

export interface AnswerPromptsOptions {
  readonly run: RunFolder;
  readonly config: Config;
  readonly stages: Stages;
  readonly teacher: Model;
  readonly readable: Verifier;
  readonly signal?: AbortSignal | undefined;
  readonly say: (text: string) => void;
}

const answeredSchema = z.strictObject({
  hash: z.string(),
  kept: z.number(),
  incomplete: z.number(),
  unreadable: z.number(),
});

/**
 * A teacher's answers to the prompts, asked once in a run and kept in `datasets/general.jsonl`.
 * @throws record error where that file is not what was written; as {@link generalAnswers}
 */
export async function answerPrompts(
  prompts: readonly string[],
  options: AnswerPromptsOptions,
): Promise<readonly DatasetRow[]> {
  if (prompts.length === 0) return [];
  const { run, config, stages, teacher, readable, signal, say } = options;
  const { seed } = config;
  const { maxTokens } = teacherDecoding(config.mix.teacher ?? config.teacher, config.maxTokens);
  const file = run.path('datasets', 'general.jsonl');
  const inputs = { prompts: contentHash(prompts), teacher: teacher.fingerprint };
  stages.announce(`Answer ${prompts.length} general prompts`);
  const { hash, kept, incomplete, unreadable } = await stages.onClock(
    'general',
    inputs,
    answeredSchema,
    async (onProgress) => {
      const { rows, counts } = await generalAnswers({
        prompts,
        teacher,
        readable,
        maxTokens,
        seed,
        signal,
        onProgress,
      });
      await writeDataset(file, rows);
      return { hash: contentHash(rows), kept: rows.length, ...counts };
    },
  );
  say(`${kept} of ${prompts.length} general prompts answered: ${incomplete} incomplete, ${unreadable} unreadable.`);
  const rows = existsSync(file) ? await readDataset(file) : [];
  if (contentHash(rows) === hash) return rows;
  throw new ProofstillError('record', 'the general rows are not those that this run began with', {
    place: file,
    hint: 'Put the file back, or start a new run.',
  });
}
