/** evalite as a peer: the suite as its documentation writes one, run once, results exported. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { wholeProcess } from '../session/whole-process.ts';
import { installed } from './installed.ts';
import { ANSWER, type NoOpHarness, requireAll, writeProject } from './no-op.ts';

const evalOf = (samples: number): string => `import { evalite } from 'evalite';

const expected = ${JSON.stringify(ANSWER)};
evalite('no-op', {
  data: () =>
    Array.from({ length: ${samples} }, (_, index) => ({ input: \`Solve x^2-5x+6=0 (question \${index})\`, expected })),
  task: async () => expected,
  scorers: [{ name: 'equals', scorer: (row) => Number(row.output === row.expected) }],
});
`;

const exportedSchema = z.object({
  evals: z.array(z.object({ results: z.array(z.object({ scores: z.array(z.object({ score: z.number() })) })) })),
});

export const evalite: NoOpHarness = {
  name: 'evalite',
  async run(folder, samples) {
    const bin = installed('evalite', 'dist/bin.js');
    writeProject(folder, { 'no-op.eval.mts': evalOf(samples) });
    const cost = await wholeProcess({
      args: [bin, 'run', '--hideTable', '--outputPath', 'results.json'],
      cwd: folder,
    });
    const { evals } = exportedSchema.parse(JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')));
    const scores = evals.flatMap(({ results }) => results.flatMap((result) => result.scores));
    requireAll(scores.filter(({ score }) => score === 1).length, samples);
    return cost;
  },
};
