/**
 * Prints how often the quadratics verifier accepts each method of the reference solver, by area:
 * `node --conditions=proofstill-source --import jiti/register scripts/accept-quadratics.ts`.
 */

import { drawProblem, type Output, partsOf, randomStream, splitOfKey } from 'proofstill';
import { quadratics } from 'proofstill/suites';
import { parsePrompt } from '../suites/quadratics/equation.ts';
import { AREAS, keysOf } from '../suites/quadratics/problems.ts';
import { METHODS, type Method, solveBy } from '../suites/quadratics/solve.ts';

const PROBLEMS = 500;

process.stdout.write(`| area | keys: train | steer | holdout | ${METHODS.join(' | ')} | one method drawn |\n`);
process.stdout.write(`| --- |${' ---: |'.repeat(4 + METHODS.length)}\n`);
for (const area of AREAS) {
  const keys = (['train', 'steer', 'holdout'] as const).map(
    (split) => keysOf(area).filter((key) => splitOfKey(key) === split).length,
  );
  const shares = await acceptance(area);
  const drawn = METHODS.reduce((sum, method) => sum + shares[method], 0) / METHODS.length;
  const columns = [...METHODS.map((method) => shares[method]), drawn].map((share) => `${(100 * share).toFixed(0)}%`);
  process.stdout.write(`| ${[area, ...keys, ...columns].join(' | ')} |\n`);
}

/** Share of an area's train problems on which each method's output passes the strict policy, 0 to 1. */
async function acceptance(area: string): Promise<Record<Method, number>> {
  const passed = { factor: 0, square: 0, formula: 0 };
  const random = randomStream(1, 'acceptance', area);
  for (let draw = 0; draw < PROBLEMS; draw++) {
    const problem = drawProblem(quadratics, area, 'train', random);
    const sample = { ...problem, id: problem.key, suite: quadratics.name, split: 'train' as const };
    for (const method of METHODS) {
      const output = outputOf(solveBy(method, parsePrompt(problem.prompt)));
      const { status } = await quadratics.verify.verify(sample, output, { policy: 'select' });
      if (status === 'pass') passed[method] += 1 / PROBLEMS;
    }
  }
  return passed;
}

function outputOf(text: string): Output {
  const cost = { tokens: { in: 0, out: 0 }, timings: { firstTokenMs: 0, totalMs: 0 } };
  return { text, ...partsOf(text), finishReason: 'stop', ...cost };
}
