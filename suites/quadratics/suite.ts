/** Solving ax²+bx+c=0 over the real numbers. */

import { fileURLToPath } from 'node:url';
import { defineSuite, readSamples } from 'proofstill';
import { allOf, mathAnswer, polynomialRoots, readable, satisfies, template, traceSteps } from 'proofstill/verifiers';
import { keyOf, parsePrompt } from './equation.ts';
import { AREAS, problem } from './problems.ts';
import { solve } from './solve.ts';
import { coefficientsToUse, concludes } from './soundness.ts';

const SAMPLES = new URL('samples.jsonl', import.meta.url);

export const quadratics = defineSuite({
  name: 'quadratics',
  version: '1',
  areas: AREAS,
  chance: 0,
  samples: readSamples(SAMPLES, 'quadratics'),
  source: fileURLToPath(SAMPLES),
  // Two is what factoring needs when the first pair fits: 1*6=6, 1+6=7.
  verify: allOf(template, mathAnswer, traceSteps({ minimum: 2, uses: coefficientsToUse, concludes }), readable),
  judge: satisfies({
    name: 'roots',
    constraint: ({ prompt }, answer) => {
      const { a, b, c } = parsePrompt(prompt);
      return polynomialRoots([a, b, c])(answer);
    },
  }),
  problem,
  solve,
  key: ({ prompt }) => keyOf(parsePrompt(prompt)),
});
