/** Our own side of the no-op suite: the published command line, run folder and all. */

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cost, wholeProcess } from '../session/whole-process.ts';
import { ANSWER, type NoOpHarness, requireAll, writeProject } from './no-op.ts';

/** `NO_OP_WRONG=50` answers every fiftieth question wrongly, for something to compare. */
export const suiteOf = (samples: number): string => `import { defineSuite, verdictOf } from 'proofstill';

const expected = ${JSON.stringify(ANSWER)};
const wrong = Number(process.env.NO_OP_WRONG ?? 0);
export default defineSuite({
  name: 'no-op',
  version: '1',
  areas: ['all'],
  chance: 0,
  samples: Array.from({ length: ${samples} }, (_, index) => {
    const id = \`q-\${index}\`;
    // One piece of memory, as of a text that was read from a file; pieces that were put together keep theirs.
    const prompt = Buffer.from(\`Solve x^2-5x+6=0 (question \${index})\`).toString();
    return { id, key: id, suite: 'no-op', area: 'all', split: 'holdout', prompt, expected };
  }),
  verify: {
    name: 'equals',
    version: '1',
    verify: ({ expected }, { text }) =>
      verdictOf([
        text === expected
          ? { name: 'equals', score: 'answer', status: 'pass' }
          : { name: 'equals', score: 'answer', status: 'fail', reason: 'different' },
      ]),
  },
  solve: ({ prompt }) => (wrong > 0 && /\\d+/.exec(prompt.slice(prompt.indexOf('n ')))[0] % wrong === 0 ? 'no' : expected),
  key: ({ prompt }) => prompt,
});
`;

const BIN = fileURLToPath(new URL('../../dist/src/cli/bin.js', import.meta.url));

export interface EvaluateOptions {
  /** Outputs for each sample. @default 1 */
  readonly attempts?: number;
  /** Name of the run folder. @default run */
  readonly run?: string;
  /** Every n-th question is answered wrongly; 0 for none. @default 0 */
  readonly wrong?: number;
}

/** Evaluates into a new run folder. @throws where there is no build, or not as many answers passed as should */
export async function evaluateNoOp(folder: string, samples: number, options: EvaluateOptions = {}): Promise<Cost> {
  const { attempts = 1, run = 'run', wrong = 0 } = options;
  rmSync(join(folder, run), { recursive: true, force: true });
  writeProject(folder, { 'suite.mjs': suiteOf(samples) });
  const cost = await proofstillCommand(
    folder,
    ['evaluate', './suite.mjs', '--model', 'reference', '--attempts', `${attempts}`, '--run', run, '--json'],
    { NO_OP_WRONG: `${wrong}` },
  );
  const lines = readFileSync(join(folder, run, 'evaluations', 'no-op.jsonl'), 'utf8').split('\n');
  const passed = lines.filter((line) => line.includes('"verdict":{"status":"pass"')).length;
  requireAll(passed, (samples - (wrong > 0 ? Math.ceil(samples / wrong) : 0)) * attempts);
  return cost;
}

/** Runs the built command line in `folder`. @throws where there is no build, or it fails */
export function proofstillCommand(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Cost> {
  if (!existsSync(BIN)) throw new Error('there is no dist: npm run build');
  return wholeProcess({ args: [BIN, ...args], cwd: folder, env });
}

export const proofstill: NoOpHarness = { name: 'proofstill', run: evaluateNoOp };
