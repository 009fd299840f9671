/** What a round asks the teacher: problems of the suite's generator, or else committed ones and such as the teacher writes. */

import { isProofstillError, ProofstillError } from './core/errors.ts';
import { committedProblems, shortfall } from './generate/committed.ts';
import { type InventOptions, invent, inventedSchema } from './generate/invent.ts';
import { type NamedProblem, problemsOf } from './generate/problems.ts';
import type { SteerSample } from './generate/steer.ts';
import { canWrite } from './premises.ts';
import type { Stages } from './stages.ts';

/** What every round has in common. */
export interface TrainProblemsOptions
  extends Pick<InventOptions, 'suite' | 'teacher' | 'writer' | 'decoding' | 'keepsDoubtful' | 'signal'> {
  readonly stages: Stages;
  readonly say: (text: string) => void;
}

export interface RoundOfProblems {
  /** From 1; rounds come in order. */
  readonly round: number;
  readonly allocation: Readonly<Record<string, number>>;
  /** Steer samples that the student failed before this round. */
  readonly failing: readonly SteerSample[];
  /** Keys that are in the dataset. */
  readonly learnt: ReadonlySet<string>;
  readonly isForbidden: InventOptions['isForbidden'];
}

/** The train problems of a run, round by round. */
export class TrainProblems {
  readonly #options: TrainProblemsOptions;
  readonly #known: Set<string>;
  readonly #asked = new Set<string>();
  readonly #invented: NamedProblem[] = [];

  constructor(options: TrainProblemsOptions) {
    this.#options = options;
    this.#known = new Set(options.suite.samples.map(({ key }) => key));
  }

  /**
   * A round's problems. Of a suite without a generator those that were not asked yet come first, and where an area has too
   * few of them and the student fails in it, the teacher writes new ones.
   * @returns also whether a ceiling of spend ended the writing: what there was by then is what is asked
   * @throws model error where there is no problem at all; as {@link invent}
   */
  async ofRound(options: RoundOfProblems): Promise<{ problems: Iterable<NamedProblem>; isSpent: boolean }> {
    const { round, allocation, learnt } = options;
    const { suite, decoding } = this.#options;
    const { seed } = decoding;
    if (suite.problem) {
      return { problems: problemsOf({ suite, allocation, round, seed, exclude: learnt }), isSpent: false };
    }
    const pool = { suite, allocation, invented: this.#invented, asked: this.#asked };
    const isSpent = await this.#fill(shortfall(pool), options);
    const problems = committedProblems({ ...pool, round, seed, learnt });
    for (const { problem } of problems) this.#asked.add(problem.key);
    if (problems.length > 0 || isSpent) return { problems, isSpent };
    throw new ProofstillError('model', 'the suite has no train samples, and the teacher wrote no problem that stands', {
      place: `round ${round}`,
      hint: 'Add samples of split train, or name another teacher. The run says what became of the problems it wrote.',
    });
  }

  /** @returns whether a ceiling of spend ended it */
  async #fill(missing: Readonly<Record<string, number>>, options: RoundOfProblems): Promise<boolean> {
    const { teacher, say } = this.#options;
    try {
      for (const [area, count] of Object.entries(missing)) {
        if (count > 0 && canWrite(teacher.fingerprint)) await this.#invent(area, count, options);
      }
      return false;
    } catch (error) {
      if (!isProofstillError(error, 'budget')) throw error;
      say(`${error.message}: no more problems are written.`);
      return true;
    }
  }

  async #invent(area: string, count: number, { round, failing, isForbidden }: RoundOfProblems): Promise<void> {
    const { stages, say, ...options } = this.#options;
    const ofArea = failing.filter((sample) => sample.area === area);
    if (ofArea.length === 0) return;
    stages.announce(`Have the teacher write problems of area ${area}`, round);
    const { problems, counts } = await stages.onClock('invent', { round, area }, inventedSchema, (onProgress) =>
      invent({ ...options, area, round, count, failing: ofArea, known: this.#known, isForbidden, onProgress }),
    );
    for (const { problem } of problems) this.#known.add(problem.key);
    this.#invented.push(...problems);
    const { written, malformed, duplicates, forbidden, undecided, doubtful } = counts;
    say(
      `Area ${area}: ${problems.length} of ${count} problems wanted. ${written} written, ${malformed} malformed, ${duplicates} known already, ${forbidden} too close to steer or holdout, ${undecided} without an agreed answer, ${doubtful} doubtful.`,
    );
  }
}
