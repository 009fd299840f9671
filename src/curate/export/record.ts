/** What a curated dataset is and how it came about: `dataset.json`, and the source of its card. Holds no clock time. */

import { type Candidate, REJECTION_STAGES, type RejectionStage } from '../../core/records.ts';
import type { Drop } from '../curator.ts';
import type { DatasetFile } from '../out-file.ts';
import type { Terms } from './terms.ts';

/** Why a kept candidate is no row of the dataset. */
export type RowDrop = Drop | 'long-share';

export interface DatasetRecord {
  readonly schema: 1;
  readonly proofstill: string;
  readonly teacher: string;
  readonly student: string | null;
  readonly seed: number;
  /** `name@version` of all whose steer and holdout problems are kept out, and the number of these. */
  readonly forbidden: { readonly suites: readonly string[]; readonly problems: number };
  readonly settings: {
    readonly nearDuplicates: number;
    readonly rowLength: number | null;
    readonly general: number;
    readonly long: number;
    readonly longAbove: number;
  };
  readonly candidates: CandidateTally;
  readonly rows: {
    readonly total: number;
    readonly general: number;
    readonly dropped: Readonly<Record<RowDrop, number>>;
    /** Of reasoning rows. */
    readonly areas: Readonly<Record<string, number>>;
  };
  readonly files: readonly DatasetFile[];
  readonly terms: { readonly teacher: Terms; readonly base: Terms; readonly data: Terms };
}

export interface AreaTally {
  drawn: number;
  kept: number;
  /** By the first stage that was on. */
  rejected: Record<string, number>;
}

export interface CandidateTally {
  readonly drawn: number;
  readonly kept: number;
  readonly spare: number;
  readonly waiting: number;
  readonly rejected: number;
  /** Whose text a person decided about. */
  readonly reviewed: number;
  readonly tokens: { readonly in: number; readonly out: number };
  /** Sum of the known prices, how many candidates of endpoints have one, and how many have none. */
  readonly usd: { readonly sum: number; readonly known: number; readonly unknown: number };
  /** By area, and within it by the teacher's fingerprint. */
  readonly areas: Readonly<Record<string, Readonly<Record<string, AreaTally>>>>;
}

/** Counts candidates as they come. */
export class CandidateCount {
  readonly #fates: Record<Candidate['fate'], number> = { kept: 0, spare: 0, waiting: 0, rejected: 0 };
  readonly #areas: Record<string, Record<string, AreaTally>> = Object.create(null);
  readonly #isOn: (stage: RejectionStage) => boolean;
  #reviewed = 0;
  #tokens = { in: 0, out: 0 };
  #usd = { sum: 0, known: 0, unknown: 0 };

  /** @param isOn whether a stage rejected anything, or only noted what it found */
  constructor(isOn: (stage: RejectionStage) => boolean) {
    this.#isOn = isOn;
  }

  take(candidate: Candidate, isReviewed: boolean): void {
    const { area, teacher, fate, failures, output, served } = candidate;
    this.#fates[fate]++;
    if (isReviewed) this.#reviewed++;
    this.#tokens.in += output.tokens.in;
    this.#tokens.out += output.tokens.out;
    if (served) this.#usd[served.usd === null ? 'unknown' : 'known']++;
    this.#usd.sum += served?.usd ?? 0;
    const tally = this.#areas[area]?.[teacher] ?? { drawn: 0, kept: 0, rejected: {} };
    this.#areas[area] = { ...this.#areas[area], [teacher]: tally };
    tally.drawn++;
    if (fate === 'kept') tally.kept++;
    if (fate !== 'rejected') return;
    const by = REJECTION_STAGES.find(
      (stage) => this.#isOn(stage) && failures.some((failure) => failure.stage === stage),
    );
    tally.rejected[by ?? 'unknown'] = (tally.rejected[by ?? 'unknown'] ?? 0) + 1;
  }

  get tally(): CandidateTally {
    const drawn = Object.values(this.#fates).reduce((sum, count) => sum + count, 0);
    return {
      drawn,
      ...this.#fates,
      reviewed: this.#reviewed,
      tokens: this.#tokens,
      usd: this.#usd,
      areas: this.#areas,
    };
  }
}
