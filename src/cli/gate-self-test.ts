/** `proofstill gate --self-test`: what the gate would do with equal and with worse models, on samples like these. */

import { ProofstillError } from '../core/errors.ts';
import type { ModelRecords } from '../core/evaluated.ts';
import type { Pair } from '../core/pairing.ts';
import { SCHEMA } from '../core/records.ts';
import { randomStream } from '../core/seed.ts';
import { ASSUMED_DISCORDANCE } from '../core/statistics/power.ts';
import type { Proportion } from '../core/statistics/proportion.ts';
import { rateOf } from '../core/tallies.ts';
import type { Policy } from '../gate/policy.ts';
import { assumedPairs, simulatedGates } from '../gate/self-test.ts';
import { sideOf } from '../gate/side.ts';
import { count, interval, percent } from '../report/format.ts';
import { table } from '../report/terminal.ts';
import { type CliContext, printJson } from './context.ts';
import { EXIT } from './failure.ts';

/** Simulated gates in each row. */
const GATES = 2000;
/** A loss that a gate is there to catch. */
const LOSS = 0.05;

interface SelfTest {
  readonly policies: readonly Policy[];
  readonly candidate: ModelRecords;
  readonly baseline: ModelRecords | undefined;
}

interface Row {
  readonly suite: string;
  readonly n: number;
  /** Share of the pairs on which the two models differ. */
  readonly discordance: number;
  readonly margin: number;
  readonly loss: number;
  readonly passed: Proportion;
  readonly failed: Proportion;
  readonly inconclusive: Proportion;
}

export function gateSelfTest(
  context: CliContext,
  { seed = 1, json }: { readonly seed?: number; readonly json: boolean },
  { policies, candidate, baseline }: SelfTest,
): void {
  const rows = policies.flatMap((policy): Row[] => {
    const margin = policy.answer?.margin;
    if (margin === undefined) return [];
    const side = sideOf(policy, { candidate, ...(baseline ? { baseline } : {}) });
    const tallied = side.pairing?.pairs('answer');
    const n = tallied?.length ?? side.candidate.head.samples.n;
    const pairs = tallied ?? assumedPairs(ASSUMED_DISCORDANCE, 0.9);
    const { confidence } = policy;
    return [...new Set([0, margin, LOSS])].map((loss) => {
      const random = randomStream(seed, 'gate self-test', policy.suite, loss);
      const rates = simulatedGates({ pairs, n, loss, margin, confidence, gates: GATES, random });
      return { suite: policy.suite, n, discordance: discordanceOf(pairs), margin, loss, ...rates };
    });
  });
  if (rows.length === 0) {
    throw new ProofstillError('config', 'the policy has no margin on answer: there is nothing to simulate', {
      place: '--self-test',
      hint: 'Give it one: {"suite":"…","answer":{"margin":0.05}}',
    });
  }
  const isSound = rows.every(isAsPromised(policies));
  if (json) printJson(context, { schema: SCHEMA, gates: GATES, isSound, rows });
  else context.process.stdout.write(`${textOf(rows, baseline !== undefined)}\n`);
  context.process.exitCode = isSound ? EXIT.done : EXIT.missed;
}

/** An equal model failed, or one worse by the margin passed, no more often than the policy's confidence allows. */
function isAsPromised(policies: readonly Policy[]): (row: Row) => boolean {
  return ({ suite, loss, margin, failed, passed }) => {
    const alpha = 1 - policies.find((policy) => policy.suite === suite)!.confidence;
    if (loss === 0) return failed.low! <= alpha;
    return loss < margin || passed.low! <= alpha;
  };
}

function discordanceOf(pairs: readonly Pair[]): number {
  return pairs.filter(({ before, after }) => rateOf(before) !== rateOf(after)).length / pairs.length;
}

function textOf(rows: readonly Row[], isOwn: boolean): string {
  const cell = (share: Proportion): string => `${percent(share.value)} (${interval(share)})`;
  const body = rows.map(({ suite, n, discordance, margin, loss, passed, failed, inconclusive }) => [
    suite,
    count(n),
    percent(discordance),
    `${Number((100 * margin).toFixed(2))} points`,
    loss === 0 ? 'equal' : `worse by ${Number((100 * loss).toFixed(2))} points`,
    ...[passed, failed, inconclusive].map(cell),
  ]);
  const header = ['suite', 'n', 'pairs that differ', 'margin', 'candidate', 'passed', 'failed', 'inconclusive'];
  const source = isOwn
    ? 'Pairs are drawn from the two runs, their sides swapped at random.'
    : `Without a baseline, two models are taken to differ on ${percent(ASSUMED_DISCORDANCE)} of the samples.`;
  return [table(header, body, false), '', `${count(GATES)} simulated gates in each row. ${source}`].join('\n');
}
