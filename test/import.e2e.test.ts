import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readEvaluation } from '../src/run/evaluation-file.ts';
import { cli, folder } from './run-cli.ts';

const EPOCHS = 'test/fixtures/imports/inspect-epochs.eval';
const LM_EVAL = 'test/fixtures/imports/lm-eval';
const SAMPLES = readdirSync(LM_EVAL)
  .filter((name) => name.startsWith('samples_'))
  .map((name) => join(LM_EVAL, name));

it('an imported log is an evaluation that can be read back whole', async () => {
  const run = join(folder(), 'run');
  const { code, out } = await cli('import', EPOCHS, '--run', run, '--json');
  expect(code).toBe(0);
  // inspect-reported.json: includes 0.6
  expect(JSON.parse(out).imported[0].overall.answer).toMatchObject({ value: 0.6, n: 5, unscored: 0 });
  const { attempts } = readEvaluation(join(run, 'evaluations', 'epochs.jsonl'));
  expect(attempts).toHaveLength(10);
  expect(attempts.filter(({ isTruncated }) => isTruncated)).toHaveLength(1);
});

it('several logs make an evaluation for each task', async () => {
  const run = join(folder(), 'run');
  expect(await cli('import', ...SAMPLES, '--run', run)).toMatchObject({ code: 0 });
  expect(readdirSync(join(run, 'evaluations')).sort()).toEqual([
    'sums.jsonl',
    'sums_choice.jsonl',
    'sums_repeated.jsonl',
  ]);
});

it("a task's name is no path", async () => {
  const run = join(folder(), 'run');
  const log = join(folder(), 'log.json');
  const text = readFileSync('test/fixtures/imports/inspect-plain.json', 'utf8');
  writeFileSync(log, text.replaceAll('"task": "plain"', '"task": "../../.evil"'));
  expect(await cli('import', log, '--run', run)).toMatchObject({ code: 0 });
  expect(readdirSync(join(run, 'evaluations'))).toEqual(['evil.jsonl']);
});

const broken = folder();
writeFileSync(join(broken, 'empty.eval'), '');
writeFileSync(join(broken, 'notes.txt'), 'mine');
writeFileSync(join(broken, 'no.json'), '{"results": {}}');
writeFileSync(join(broken, 'cut.eval'), readFileSync(EPOCHS).subarray(0, 9000));
it.each([
  ['no log', [], /log/],
  ['an empty log', [join(broken, 'empty.eval')], /the log is empty[\s\S]*empty\.eval/],
  ['a file that is no log', [join(broken, 'notes.txt')], /expected a log of inspect_ai/],
  ['JSON that is no log', [join(broken, 'no.json')], /eval[\s\S]*no\.json/],
  ['a log that is not there', [join(broken, 'none.eval')], /cannot be read/],
  ['a log that is cut off', [join(broken, 'cut.eval')], /archive is damaged[\s\S]*cut\.eval/],
  ['a mistyped scorer', [EPOCHS, '--scorer', 'macth'], /Did you mean match\?/],
  ['a mistyped filter', [SAMPLES[0]!, '--filter', 'strict-mtach'], /Did you mean strict-match\?/],
  ['a threshold that is no number', [EPOCHS, '--threshold', 'NaN'], /expected a number/],
  ['a second log that is damaged', [EPOCHS, join(broken, 'cut.eval')], /cut\.eval/],
  ['two logs of one task', [EPOCHS, EPOCHS], /of the same task/],
])('%s ends with code 2 and leaves nothing behind', async (_, argv, expected) => {
  const run = join(folder(), 'run');
  const { code, out, err } = await cli('import', ...argv, '--run', run);
  expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringMatching(expected) });
  expect(existsSync(run)).toBe(false);
});

it('an evaluation that is there is left as it is', async () => {
  const run = join(folder(), 'run');
  mkdirSync(join(run, 'evaluations'), { recursive: true });
  writeFileSync(join(run, 'evaluations', 'epochs.jsonl'), 'mine');
  expect(await cli('import', EPOCHS, '--run', run)).toMatchObject({ code: 2 });
  expect(readFileSync(join(run, 'evaluations', 'epochs.jsonl'), 'utf8')).toBe('mine');
});
