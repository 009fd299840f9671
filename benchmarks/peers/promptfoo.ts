/** promptfoo as a peer: a provider that always says the same, an `equals` assertion, results as JSON lines. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { wholeProcess } from '../session/whole-process.ts';
import { installed, installedNode } from './installed.ts';
import { ANSWER, type NoOpHarness, requireAll, writeProject } from './no-op.ts';

const PROVIDER = `export default class {
  id() {
    return 'no-op';
  }
  async callApi() {
    return { output: ${JSON.stringify(ANSWER)} };
  }
}
`;

const lineSchema = z.object({ success: z.boolean() });

export const promptfoo: NoOpHarness = {
  name: 'promptfoo',
  async run(folder, samples) {
    const bin = installed('promptfoo', 'dist/src/entrypoint.js');
    const tests = Array.from({ length: samples }, (_, index) => ({
      vars: { question: `Solve x^2-5x+6=0 (question ${index})` },
      assert: [{ type: 'equals', value: ANSWER }],
    }));
    const config = { prompts: ['{{question}}'], providers: ['file://provider.mjs'], tests };
    writeProject(folder, { 'provider.mjs': PROVIDER, 'promptfooconfig.json': JSON.stringify(config) });
    const cost = await wholeProcess({
      node: installedNode(),
      args: [bin, 'eval', '-c', 'promptfooconfig.json', '--no-table', '--no-progress-bar', '-o', 'results.jsonl'],
      cwd: folder,
      env: {
        PROMPTFOO_CONFIG_DIR: join(folder, 'home'),
        PROMPTFOO_DISABLE_TELEMETRY: '1',
        PROMPTFOO_DISABLE_UPDATE: '1',
      },
    });
    const results = join(folder, 'results.jsonl');
    const lines = existsSync(results) ? readFileSync(results, 'utf8').trim().split('\n') : [];
    requireAll(lines.filter((line) => lineSchema.parse(JSON.parse(line)).success).length, samples);
    return cost;
  },
};
