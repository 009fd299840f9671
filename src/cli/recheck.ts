/** Outputs that somebody recorded, held against the model that is said to have made them. */

import { randomInt } from 'node:crypto';
import { ProofstillError, throwIfInterrupted } from '../core/errors.ts';
import { canonicalJson } from '../core/hash.ts';
import type { Evaluation } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';
import { randomStream } from '../core/seed.ts';
import type { Suite } from '../core/suite.ts';
import { rescore } from '../evaluate/rescore.ts';
import { samplesRecord } from '../evaluate/scoring.ts';
import type { Policy } from '../gate/policy.ts';
import type { Recheck } from '../gate/record-rules.ts';
import { findModel, findSuite } from '../resolve.ts';
import { evaluationIn } from '../run/evaluation-file.ts';
import { evaluationFiles } from '../run/records.ts';
import type { CliContext } from './context.ts';
import { type ProgressView, progressView } from './progress.ts';

/** Part of the samples that are asked again, and the fewest: a twentieth of few is no check. */
const SHARE = 0.05;
const FEWEST = 20;

export interface RecheckFlags {
  /** The model that made the outputs. */
  readonly recheck?: string;
  readonly suite?: string;
  /** Without one, nobody can know beforehand which samples are asked again. */
  readonly seed?: number;
}

/**
 * For each policy: makes sure that the recorded evaluation is of this very model, on this suite's samples, with the
 * verdicts of this suite's verifier, and asks the model for some of the outputs again.
 * @throws config error where any of that is not so
 */
export async function recheckOutputs(
  context: CliContext,
  flags: RecheckFlags,
  { run, policies }: { run: string; policies: readonly Policy[] },
): Promise<Recheck[]> {
  const progress = progressView(context.process);
  const rechecks: Recheck[] = [];
  try {
    for (const { suite: name, split } of policies) {
      const file = evaluationFiles(run).find(({ file: path }) => {
        const { suite, split: recorded } = evaluationIn(path).head;
        return suite.name === name && recorded === split;
      });
      // The gate itself says what is missing.
      if (!file) continue;
      const suite = await findSuite(flags.suite ?? name);
      rechecks.push(await recheckFile(context, flags, { file: file.file, suite, progress }));
    }
  } finally {
    progress.end();
  }
  return rechecks;
}

async function recheckFile(
  { signal }: CliContext,
  flags: RecheckFlags,
  { file, suite, progress }: { file: string; suite: Suite; progress: ProgressView },
): Promise<Recheck> {
  const { head, evaluations: lines } = evaluationIn(file);
  const evaluations = [...lines];
  const samples = suite.samples.filter((sample) => sample.split === head.split);
  refuse(
    file,
    samplesRecord(samples, samples.length).hash !== head.samples.hash,
    `not of the ${head.split} samples of suite ${suite.name} as it is here`,
  );
  refuse(file, head.decoding === undefined, 'without a word on how they were drawn');
  refuseOtherProblems(file, samples, evaluations);
  await refuseVerdicts({ file, suite, evaluations, signal, progress });
  const model = await findModel(flags.recheck!, suite, { precision: head.decoding!.precision });
  try {
    refuse(
      file,
      model.fingerprint !== head.model.fingerprint,
      `of ${head.model.fingerprint}, and ${flags.recheck} is ${model.fingerprint}`,
    );
    const chosen = chooseSamples(samples, flags.seed ?? randomInt(2 ** 32));
    progress.stage(`Ask ${flags.recheck} again for ${chosen.length} of ${samples.length} recorded samples`);
    const recorded = new Map(
      evaluations.map((evaluation) => [`${evaluation.sample}#${evaluation.attempt}`, evaluation]),
    );
    const { precision: _, ...decoding } = head.decoding!;
    let n = 0;
    let different = 0;
    for await (const { text, finishReason } of model.generate(chosen, { ...decoding, signal })) {
      throwIfInterrupted(signal);
      const sample = chosen[Math.floor(n / decoding.attempts)]!;
      const was = recorded.get(`${sample.id}#${n % decoding.attempts}`)?.output;
      n++;
      if (was?.text !== text || was.finishReason !== finishReason) different++;
      progress.update(n, chosen.length * decoding.attempts);
    }
    return { suite: suite.name, n, different };
  } finally {
    await model.close();
  }
}

/** The head may name the suite's samples, and the lines below it ask others: easier ones, or one of them many times. */
function refuseOtherProblems(file: string, samples: readonly Sample[], evaluations: readonly Evaluation[]): void {
  const asked = new Map(samples.map((sample) => [sample.id, sample]));
  for (const { sample: id, area, prompt, expected } of evaluations) {
    const sample = asked.get(id);
    const isSame = sample?.area === area && sample.prompt === prompt && sample.expected === expected;
    refuse(file, !isSame, `of another problem than the suite's sample ${id}`);
  }
}

/** A verdict is not taken on trust either: judging costs no model. */
async function refuseVerdicts({
  file,
  suite,
  evaluations,
  signal,
  progress,
}: {
  file: string;
  suite: Suite;
  evaluations: readonly Evaluation[];
  signal: AbortSignal;
  progress: ProgressView;
}): Promise<void> {
  progress.stage(`Judge ${evaluations.length} recorded outputs again`);
  const onProgress = (done: number): void => progress.update(done, evaluations.length);
  let index = 0;
  for await (const { verdict, sample, attempt } of rescore({ suite, evaluations, signal, onProgress })) {
    const recorded = evaluations[index++]!;
    const isSame = canonicalJson(recorded.verdict) === canonicalJson(verdict);
    refuse(file, !isSame, `with another verdict than this verifier's on sample ${sample}, attempt ${attempt}`);
  }
}

function chooseSamples(samples: readonly Sample[], seed: number): Sample[] {
  const count = Math.min(samples.length, Math.max(FEWEST, Math.ceil(SHARE * samples.length)));
  return randomStream(seed, 'recheck').shuffle(samples).slice(0, count);
}

function refuse(file: string, isWrong: boolean, how: string): void {
  if (!isWrong) return;
  throw new ProofstillError('config', `the recorded outputs are ${how}`, {
    place: file,
    hint: 'Record them again with the checkpoint that is to be gated: proofstill evaluate <suite> --model <checkpoint> --run <dir>',
  });
}
