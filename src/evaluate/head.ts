/** What stands at the head of an evaluation's file. */

import { ProofstillError } from '../core/errors.ts';
import type { Decoding, EvaluationHead } from '../core/evaluated.ts';
import { SCHEMA } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';
import type { Suite } from '../core/suite.ts';
import { samplesRecord } from './scoring.ts';

export interface HeadOptions {
  readonly suite: Suite;
  /** At least one, all of one split. */
  readonly samples: readonly Sample[];
  readonly model: EvaluationHead['model'];
  readonly decoding?: Decoding;
  readonly versions: EvaluationHead['versions'];
  readonly device?: NonNullable<EvaluationHead['device']>;
}

/** @throws suite error where there is no sample */
export function evaluationHead({ suite, samples, model, decoding, versions, device }: HeadOptions): EvaluationHead {
  const { name, version, areas, chance, verify } = suite;
  const [first] = samples;
  if (!first) {
    throw new ProofstillError('suite', 'expected at least one sample to evaluate, got none', {
      place: `suite ${name}`,
    });
  }
  const committed = suite.samples.filter(({ split }) => split === first.split);
  const isCommitted = committed.some(({ id }) => id === first.id);
  return {
    schema: SCHEMA,
    kind: 'evaluation',
    suite: { name, version, areas: [...areas], chance },
    verifier: { name: verify.name, version: verify.version },
    split: first.split,
    samples: samplesRecord(samples, isCommitted ? committed.length : samples.length),
    model,
    ...(decoding ? { decoding } : {}),
    versions,
    ...(device ? { device } : {}),
  };
}
