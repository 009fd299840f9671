import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRun, DEFAULTS, readLabelled, recordConfig } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { headOf } from './fixtures/evaluated.ts';
import { syntheticInput } from './fixtures/report/synthetic.ts';
import { cli, folder, linesFile } from './run-cli.ts';

const RIGHT = '<think>a=1, b=-5, c=6\n-(-5)=5\n2*3=6, 2+3=5\nx=2, x=3</think><answer>x=2, x=3</answer>';
const output = (id: string, text: string, finishReason = 'stop') => ({ id, text, finishReason });

/** Capitals with a verifier of their own: the answer, or the whole text where there is no tag, to the letter. */
function capitals(labelled?: readonly object[], rule = 'said === sample.expected'): string {
  const directory = folder();
  const write = (name: string, content: string) => writeFileSync(join(directory, name), content);
  const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const places = [
    ['France', 'Paris'],
    ['Spain', 'Madrid'],
    ['Italy', 'Rome'],
  ];
  write(
    'samples.jsonl',
    lines(
      places.map(([prompt, expected], index) => {
        return { id: `c-${index + 1}`, area: 'europe', split: 'holdout', prompt, expected, key: prompt };
      }),
    ),
  );
  if (labelled) write('labelled.jsonl', lines(labelled));
  write(
    'suite.ts',
    `import { fileURLToPath } from 'node:url';
import { defineSuite, readSamples, verdictOf } from 'proofstill';
const samples = new URL('samples.jsonl', import.meta.url);
export default defineSuite({
  name: 'capitals', version: '1', areas: ['europe'], chance: 0,
  samples: readSamples(samples, 'capitals'), source: fileURLToPath(samples), key: ({ prompt }) => prompt,
  verify: { name: 'capital', version: '1', verify: (sample, output) => {
    const said = output.answer ?? output.text;
    const status = output.finishReason !== 'stop' ? 'fail' : ${rule} ? 'pass' : 'fail';
    return verdictOf([{ name: 'capital', score: 'answer', status, reason: 'wrong-city' }], said);
  } },
});
`,
  );
  return join(directory, 'suite.ts');
}

describe('verify, with a suite,', () => {
  it('scores one right output with checked steps, one wrong without, and lists the samples that have none', async () => {
    const file = linesFile(
      output('q-0001', RIGHT),
      output('q-0002', '<think>the roots are clear</think><answer>x=77</answer>'),
    );
    const { code, out } = await cli('verify', 'quadratics', '--in', file, '--json');
    expect(code).toBe(0);
    const half = { value: 0.5, n: 2, unscored: 0 };
    const found = JSON.parse(out) as { missingIds: string[] };
    expect(found).toMatchObject({
      suite: 'quadratics',
      split: 'holdout',
      policy: 'score',
      overall: { answer: half, format: { value: 1, n: 2 }, trace: half },
      missing: 400,
      unknownIds: [],
      otherSplits: {},
    });
    expect([found.missingIds.length, found.missingIds[0]]).toEqual([400, 'q-0003']);
  });

  it('counts every line: why it failed, and what has no sample here', async () => {
    const file = linesFile(
      output('c-1', 'Paris'),
      output('c-2', 'Lisbon'),
      output('c-9', 'Oslo'),
      output('c-3', 'Rome', 'length'),
    );
    const { out } = await cli('verify', capitals(), '--in', file, '--json');
    expect(JSON.parse(out)).toMatchObject({
      overall: { answer: { value: 1 / 3, n: 3 } },
      areas: { europe: { answer: { value: 1 / 3, n: 3 } } },
      reasons: [{ area: 'europe', check: 'capital', reason: 'wrong-city', count: 2 }],
      unscoredReasons: [],
      missing: 0,
      unknownIds: ['c-9'],
    });
    const shown = (await cli('verify', capitals(), '--in', file)).out;
    expect(shown).toMatch(/^failed +europe +capital +wrong-city +2$/m);
    expect(shown).toContain('1 ids are of no sample: c-9.');
  });

  it('says which split the others are of', async () => {
    const file = linesFile(output('q-0001', RIGHT), output('s-0001', RIGHT));
    const { out } = await cli('verify', 'quadratics', '--in', file, '--json');
    expect(JSON.parse(out)).toMatchObject({ overall: { answer: { n: 1 } }, otherSplits: { stretch: 1 } });
  });

  it('refuses a second output of one sample, naming both lines, unless it is an attempt', async () => {
    const file = linesFile(output('c-1', 'Paris'), output('c-2', 'Madrid'), output('c-1', 'Lyon'));
    const refused = await cli('verify', capitals(), '--in', file, '--json');
    expect({ code: refused.code, out: refused.out }).toEqual({ code: 2, out: '' });
    expect(refused.err).toContain(`sample c-1 has an output already, at ${file}:1\n   at: ${file}:3`);
    const { out } = await cli('verify', capitals(), '--in', file, '--attempts', '2', '--json');
    // Sample 1: one right of two. Sample 2: one of one.
    expect(JSON.parse(out)).toMatchObject({ overall: { answer: { value: 0.75, n: 2 } } });
  });

  it('keeps every output with its verdict in --out, even where a later line is corrupt', async () => {
    const file = linesFile(output('c-1', 'Paris'), output('c-2', 'Lisbon'), { id: 3 });
    const kept = join(folder(), 'evaluations.jsonl');
    const { code, err } = await cli('verify', capitals(), '--in', file, '--out', kept);
    expect(code).toBe(2);
    expect(err).toContain(`${file}:3`);
    const lines = readFileSync(kept, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { kind: 'evaluation', suite: { name: 'capitals' } },
      { sample: 'c-1', verdict: { status: 'pass' } },
      { sample: 'c-2', verdict: { status: 'fail', reason: 'wrong-city' } },
    ]);
  });

  it('by policy select takes no bare answer', async () => {
    const file = linesFile(output('q-0001', 'x=2, x=3'));
    const answer = async (policy: string) => {
      const { out } = await cli('verify', 'quadratics', '--in', file, '--policy', policy, '--json');
      return (JSON.parse(out) as { overall: { answer: { value: number } } }).overall.answer.value;
    };
    expect([await answer('score'), await answer('select')]).toEqual([1, 0]);
  });
});

describe('verify, with a verifier,', () => {
  it('grades bare pairs, in tags or without, and prints the results and nothing else', async () => {
    const pairs = linesFile(
      { id: '1', expected: 'x=2, x=3', output: 'x=3 or x=2' },
      { id: '2', expected: '1/2', output: '0.25', source: 'a table' },
      { id: '3', expected: '', output: '1' },
      { id: '4', expected: '1/2', output: '<think>1/4+1/4=1/2</think><answer>0.5</answer>' },
      { id: 5, output: '1' },
      { id: 6, expected: null, output: '1' },
    );
    for (const name of ['math-answer', 'mathAnswer']) {
      const { code, out } = await cli('verify', '--with', name, '--pairs', pairs, '--json');
      expect(code).toBe(0);
      expect(JSON.parse(out)).toEqual({
        results: [
          { id: '1', status: 'pass' },
          { id: '2', status: 'fail', reason: 'wrong-answer' },
          { id: '3', status: 'unscored', reason: 'bad-expected' },
          { id: '4', status: 'pass' },
          { id: 5, status: 'unscored', reason: 'bad-expected' },
          { id: 6, status: 'unscored', reason: 'bad-expected' },
        ],
      });
    }
  });

  it('grades many pairs in their order', async () => {
    const pairs = linesFile(
      ...Array.from({ length: 2_000 }, (_, n) => ({ id: n, expected: `${n % 7}`, output: `${n % 5}` })),
    );
    const { out } = await cli('verify', '--with', 'mathAnswer', '--pairs', pairs, '--json');
    const { results } = JSON.parse(out) as { results: { id: number; status: string }[] };
    expect(results.map(({ id }) => id)).toEqual(Array.from({ length: 2_000 }, (_, n) => n));
    // n mod 7 = n mod 5 for n mod 35 in 0…4: 57 whole periods of 5, and 0…4 of the last 5 numbers.
    expect(results.filter(({ status }) => status === 'pass')).toHaveLength(57 * 5 + 5);
  });

  it('names file and line of a pair that is none, and prints no half document', async () => {
    const pairs = linesFile({ id: '1', expected: '1', output: '1' }, { id: '2', expected: '1' });
    const { code, out, err } = await cli('verify', '--with', 'mathAnswer', '--pairs', pairs, '--json');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`${pairs}:2`);
  });
});

describe('verify --self-test', () => {
  it('gives agreement, false accepts and false rejects on a table that comes along, with n and interval', async () => {
    const { code, out } = await cli('verify', '--self-test', '--with', 'exact', '--json');
    expect(code).toBe(0);
    const rows = readLabelled('verifiers/labelled/exact.jsonl');
    const rate = { value: expect.any(Number), low: expect.any(Number), high: expect.any(Number) };
    expect(JSON.parse(out)).toMatchObject({
      verifiers: [
        {
          name: 'exact',
          cases: {
            rows: rows.length,
            agreement: { ...rate, n: rows.length },
            falseAccepts: { ...rate, n: rows.filter(({ pass }) => !pass).length },
            falseRejects: { ...rate, n: rows.filter(({ pass }) => pass).length },
            latency: { n: rows.length },
          },
        },
      ],
    });
  });

  it('runs every table, and names the verifiers that have none', async () => {
    const { code, out } = await cli('verify', '--self-test', '--json');
    expect(code).toBe(0);
    const { verifiers, untested } = JSON.parse(out) as { verifiers: { name: string }[]; untested: string[] };
    const tables = readdirSync('verifiers/labelled').filter((name) => name.endsWith('.jsonl'));
    expect(verifiers.map(({ name }) => `${name}.jsonl`)).toEqual(expect.arrayContaining(tables));
    expect(untested).not.toContain('exact');
  });

  it('of a verifier without a table is refused', async () => {
    const { code, err } = await cli('verify', '--self-test', '--with', 'exactt');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('Did you mean exact?') });
  });

  it('takes neither a suite nor outputs', async () => {
    const { code, err } = await cli('verify', 'quadratics', '--self-test');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('suites check quadratics') });
    expect((await cli('verify', '--self-test', '--pairs', 'x')).code).toBe(2);
  });
});

const LABELLED = [
  { id: 'l-1', prompt: 'France', expected: 'Paris', output: '<answer>Paris</answer>', pass: true, why: 'right' },
  { id: 'l-2', prompt: 'France', expected: 'Paris', output: 'Lyon', pass: false, why: 'another city' },
  { id: 'l-3', prompt: 'France', expected: 'Paris', output: 'PARIS', pass: true, why: 'case is free' },
];

describe('suites check', () => {
  it('finds no fault in what is built in', async () => {
    const { code, out } = await cli('suites', 'check');
    expect(code, out).toBe(0);
    expect(out).toContain('quadratics: no faults\n');
  });

  it('runs the labelled table beside the samples, and ends with code 1 where the verifier disagrees', async () => {
    const agreed = await cli('suites', 'check', capitals(LABELLED.slice(0, 2)), '--json');
    expect(agreed.code).toBe(0);
    expect(JSON.parse(agreed.out)).toMatchObject({
      suites: ['capitals'],
      faults: [],
      labelled: [{ suite: 'capitals', rows: 2, agreement: { value: 1, n: 2 }, falseAccepts: { value: 0, n: 1 } }],
    });
    const suite = capitals(LABELLED);
    const { code, out } = await cli('suites', 'check', suite);
    expect(code).toBe(1);
    // Two of the three agree; of the two that deserve a pass, one is refused.
    expect(out).toMatch(/capitals +3 +66\.7% .* 1 +0\.0% .* 2 +50\.0% /);
    expect(out).toContain('labelled.jsonl:3: l-3 deserves pass, got fail (wrong-city): case is free');
  });

  it('says where there is no table', async () => {
    const { code, out } = await cli('suites', 'check', capitals());
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('capitals: no labelled.jsonl') });
  });

  it.each([
    ['repeats another', { ...LABELLED[1], id: 'l-4' }, /repeats "l-2"/],
    ['contradicts another', { ...LABELLED[1], id: 'l-4', pass: true }, /contradicts "l-2"/],
    ['lacks its label', { ...LABELLED[1], id: 'l-4', pass: undefined }, /pass/],
  ])('ends with code 2, naming file and line, where a row %s', async (_what, row, message) => {
    const { code, err } = await cli('suites', 'check', capitals([...LABELLED, row]));
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).toContain('labelled.jsonl:4');
  });
});

describe('a suite with a sample that has no answer', () => {
  it.each([
    ['an empty one', { expected: '' }, 'evaluate', /expected an answer, got none/],
    ['an empty one', { expected: '  ' }, 'check', /expected an answer, got none/],
    ['none', { expected: undefined }, 'check', /can score no answer to this sample: math-answer: unscored/],
  ])('%s, is refused with file and line (%s)', async (_what, change, verb, message) => {
    const suite = capitals();
    const file = join(suite, '..', 'samples.jsonl');
    const [first, second = '', ...others] = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, [first, JSON.stringify({ ...JSON.parse(second), ...change }), ...others].join('\n'));
    const source = readFileSync(suite, 'utf8');
    const mathAnswer = source.replace(/verify: \{[\s\S]*\} \},/, 'verify: mathAnswer,');
    writeFileSync(suite, `import { mathAnswer } from 'proofstill/verifiers';\n${mathAnswer}`);
    const argv = verb === 'check' ? ['suites', 'check', suite] : ['evaluate', suite, '--model', 'reference'];
    const { code, err } = await cli(...argv);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(message) });
    expect(err).toContain('samples.jsonl:2');
  });
});

describe('rescore', () => {
  /** A finished run of the synthetic records. @returns its folder */
  function finished(suite: string): string {
    const { summary, evaluations } = syntheticInput();
    using run = createRun(join(folder(), 'run'), { config: recordConfig({ ...DEFAULTS, suites: [suite] }) });
    for (const [name, records] of Object.entries(evaluations)) {
      const lines = run.evaluations(`holdout-${name}`, headOf(records.length));
      for (const evaluation of records) lines.append(evaluation);
    }
    run.write('summary.json', JSON.stringify(summary));
    run.setState('complete');
    return run.directory;
  }

  const contents = (run: string): [string, string][] =>
    ['evaluations', '.']
      .flatMap((part) => readdirSync(join(run, part), { withFileTypes: true }).map((entry) => ({ part, entry })))
      .filter(({ entry }) => entry.isFile())
      .map(({ part, entry }) => [entry.name, readFileSync(join(run, part, entry.name), 'utf8')]);

  it('puts new figures beside the old, says what changed, and leaves every record as it was', async () => {
    const run = finished(capitals());
    const before = contents(run);
    const { code, out } = await cli('rescore', '--run', run, '--json');
    expect(code, out).toBe(0);
    const found = JSON.parse(out) as {
      evaluations: Record<string, { evaluations: number; before: Figures; after: Figures }>;
      changes: { evaluation: string; sample: string; score: string }[];
    };
    type Figures = { overall: Record<string, { value: number | null; n: number }> };
    expect(found).toMatchObject({ verifier: { name: 'capital', version: '1' }, suite: { name: 'capitals' } });
    const { after } = found.evaluations['holdout-after']!;
    expect(after.overall['answer']).toMatchObject({ n: 24 });
    // The new verifier says nothing of format and trace.
    expect(after.overall['format']).toMatchObject({ value: null, n: 0 });
    expect(found.changes.filter(({ score }) => score === 'format')).toHaveLength(3 * 24);
    expect(contents(run)).toEqual(before);
    const [folderOfVersion] = readdirSync(join(run, 'rescored')) as [string];
    expect(folderOfVersion).toMatch(/^1-[0-9a-f]{8}$/);
    expect(readdirSync(join(run, 'rescored', folderOfVersion)).sort()).toEqual([
      'holdout-after.jsonl',
      'holdout-before.jsonl',
      'holdout-teacher.jsonl',
      'rescore.json',
    ]);
  });

  it('by the same rules changes nothing', async () => {
    const suite = capitals();
    const run = finished(suite);
    for (const name of readdirSync(join(run, 'evaluations'))) rmSync(join(run, 'evaluations', name));
    const outputs = linesFile(output('c-1', 'Paris'), output('c-2', 'Lisbon'), output('c-3', 'Rome', 'length'));
    await cli('verify', suite, '--in', outputs, '--out', join(run, 'evaluations', 'holdout-after.jsonl'));
    const { code, out } = await cli('rescore', '--run', run);
    expect(code).toBe(0);
    expect(out).toMatch(/holdout-after +3 +33\.3% → 33\.3%/);
    expect(out).toContain('No verdict changed.');
  });

  it('of a run that is not finished is refused', async () => {
    const directory = join(folder(), 'run');
    createRun(directory, { config: recordConfig(DEFAULTS) }).close();
    mkdirSync(join(directory, 'evaluations'), { recursive: true });
    const { code, err } = await cli('rescore', '--run', directory);
    expect(code).toBe(2);
    expect(err).toContain('distill --resume');
  });
});
