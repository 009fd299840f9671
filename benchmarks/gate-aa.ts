/**
 * How often does the gate fail an equal model, pass a worse one, or not decide? The gate's own rule decides pairs of models
 * on the same samples: every outcome by its probability, simulated ones beside it, and sample after sample until decided.
 *
 *     npm run bench -- gate-aa [--gates 2000] [--samples 2000] [--streams 1000]      samples: of each gate
 */

import type { GateVerdict } from '../src/core/decision.ts';
import { randomStream } from '../src/core/seed.ts';
import { atLeastP } from '../src/core/statistics/binomial.ts';
import { MeanBounds } from '../src/core/statistics/bounded-mean.ts';
import { notWorseP, worseP } from '../src/core/statistics/exact-difference.ts';
import { type Proportion, proportion } from '../src/core/statistics/proportion.ts';
import { quantile } from '../src/core/statistics/quantile.ts';
import { rateOf } from '../src/core/tallies.ts';
import { assumedPairs, simulatedGates } from '../src/gate/self-test.ts';
import { announceDevice, countFlags } from './session/start.ts';

const MARGIN = 0.02;
const CONFIDENCE = 0.95;
const ALPHA = 1 - CONFIDENCE;
/** A loss that must be caught. */
const LOSS = 0.05;
/** Share of pairs that differ between equal models: the first is the one that figures are of. */
const DISCORDANCES = [0.1, 0.04, 0.2];
const RATE = 0.9;
/** What `gate --until-decided` asks at most. */
const MAX_SAMPLES = 5000;
const VERDICTS = ['passed', 'failed', 'inconclusive'] as const;

const { gates, samples, streams } = countFlags({ gates: 2000, samples: 2000, streams: 1000 });
const device = announceDevice();

const scenarios = DISCORDANCES.flatMap((discordance) =>
  [0, MARGIN, LOSS].map((loss) => {
    console.error(`${100 * discordance}% discordant, worse by ${100 * loss} points`);
    const pairs = assumedPairs(discordance, RATE);
    const random = randomStream(1, 'gate-aa', discordance, loss);
    const options = { pairs, n: samples, loss, margin: MARGIN, confidence: CONFIDENCE, gates, random };
    return {
      discordance,
      loss,
      exact: exactRates(discordance, loss),
      simulated: simulatedGates(options),
      untilDecided: sequentialGates(discordance, loss),
    };
  }),
);

print();
const [equal, atMargin, worse] = scenarios as [Scenario, Scenario, Scenario];
console.log(
  JSON.stringify({
    name: 'gate-aa',
    ratios: {},
    figures: {
      gates,
      samples,
      margin: MARGIN,
      confidence: CONFIDENCE,
      discordance: equal.discordance,
      // Probabilities, not counts of simulated gates: those scatter around them, and are in the scenarios.
      falseFailRate: equal.exact.failed,
      falsePassRate: atMargin.exact.passed,
      power: worse.exact.failed,
      inconclusiveRate: equal.exact.inconclusive,
      scenarios,
    },
    device,
  }),
);

type Scenario = (typeof scenarios)[number];

type Rates = Readonly<Record<GateVerdict, number>>;

/** The probability of each verdict: of every count of fixed samples, times that of the counts of broken that lead to it. */
function exactRates(discordance: number, loss: number): Rates {
  // Right answers are lost at random: of samples that would be fixed, and of those that both have right.
  const lost = loss / RATE;
  const fixedRate = (discordance / 2) * (1 - lost);
  const brokenRate = discordance / 2 + (RATE - discordance / 2) * lost;
  let logMass = samples * Math.log1p(-fixedRate);
  let [passed, failed] = [0, 0];
  for (let fixed = 0; fixed <= samples; fixed++) {
    const mass = Math.exp(logMass);
    logMass += Math.log(((samples - fixed) * fixedRate) / ((fixed + 1) * (1 - fixedRate)));
    if (mass < 1e-9) continue;
    const rest = samples - fixed;
    const broken = (from: number): number => atLeastP(from, rest, brokenRate / (1 - fixedRate));
    const firstNotPassed = firstBroken(
      rest,
      (count) => notWorseP({ fixed, broken: count, n: samples }, MARGIN) > ALPHA,
    );
    const firstFailed = firstBroken(rest, (count) => worseP({ fixed, broken: count, n: samples }, MARGIN) <= ALPHA);
    passed += mass * (1 - broken(firstNotPassed));
    failed += mass * broken(firstFailed);
  }
  return { passed, failed, inconclusive: 1 - passed - failed };
}

/** The first count of broken samples for which something holds, and from which on it does; one more than there can be, where none. */
function firstBroken(most: number, holds: (broken: number) => boolean): number {
  let [before, first] = [-1, most + 1];
  while (first - before > 1) {
    const middle = (before + first) >> 1;
    if (holds(middle)) first = middle;
    else before = middle;
  }
  return first;
}

interface Sequential extends Record<GateVerdict, Proportion> {
  /** Samples until it was decided, or the most that are asked. */
  readonly medianSamples: number;
  readonly p90Samples: number;
}

/** Looks after every sample, and stops when it is decided. */
function sequentialGates(discordance: number, loss: number): Sequential {
  const pairs = assumedPairs(discordance, RATE);
  const limit = (1 - MARGIN) / 2;
  const random = randomStream(1, 'gate-aa sequential', discordance, loss);
  const used: number[] = [];
  const counts = { passed: 0, failed: 0, inconclusive: 0 };
  for (let stream = 0; stream < streams; stream++) {
    const bounds = new MeanBounds([limit]);
    let verdict: keyof typeof counts = 'inconclusive';
    while (verdict === 'inconclusive' && bounds.n < MAX_SAMPLES) {
      const { before, after } = random.pick(pairs);
      const kept = random.next() < loss / RATE ? 0 : rateOf(after);
      bounds.add((1 + kept - rateOf(before)) / 2);
      if (bounds.isAbove(limit, CONFIDENCE)) verdict = 'passed';
      else if (bounds.isBelow(limit, CONFIDENCE)) verdict = 'failed';
    }
    counts[verdict]++;
    used.push(bounds.n);
  }
  const share = (verdict: keyof typeof counts): Proportion => proportion(counts[verdict], streams);
  return {
    passed: share('passed'),
    failed: share('failed'),
    inconclusive: share('inconclusive'),
    medianSamples: Math.round(quantile(used, 0.5)!),
    p90Samples: Math.round(quantile(used, 0.9)!),
  };
}

function print(): void {
  const cells = (rates: Rates): string =>
    VERDICTS.map((verdict) => `${(100 * rates[verdict]).toFixed(2)}%`.padStart(14)).join('');
  const values = (shares: Record<GateVerdict, Proportion>): Rates => ({
    passed: shares.passed.value as number,
    failed: shares.failed.value as number,
    inconclusive: shares.inconclusive.value as number,
  });
  console.log(`\nn=${samples}, margin ${100 * MARGIN} points, ${100 * CONFIDENCE}% confidence\n`);
  console.log(`${''.padEnd(34)}${VERDICTS.map((verdict) => verdict.padStart(14)).join('')}`);
  for (const { discordance, loss, exact, simulated, untilDecided } of scenarios) {
    const title = `${100 * discordance}% differ, ${loss === 0 ? 'equal' : `worse by ${100 * loss} points`}`;
    const spent = `median ${untilDecided.medianSamples}, nine in ten by ${untilDecided.p90Samples} samples`;
    console.log(`${title.padEnd(34)}${cells(exact)}`);
    console.log(`${`  ${gates} simulated`.padEnd(34)}${cells(values(simulated))}`);
    console.log(`${`  ${streams} until decided`.padEnd(34)}${cells(values(untilDecided))}   ${spent}`);
  }
}
