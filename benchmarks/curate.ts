/**
 * How fast are half a million candidates curated, in how much memory, and how rightly? The published command line curates
 * candidates of 2 kB among which near-duplicates of exactly computed similarity and disguised holdout problems are planted.
 *
 *     npm run build && npm run bench -- curate [--candidates 500000] [--pairs 5000] [--leaks 2000]
 */

import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Candidate, candidateSchema } from '../src/core/records.ts';
import { randomStream } from '../src/core/seed.ts';
import { type Proportion, proportion } from '../src/core/statistics/proportion.ts';
import type { DatasetRecord } from '../src/curate/export/record.ts';
import { DEFAULTS, recordConfig } from '../src/run/config.ts';
import { createRun } from '../src/run/folder.ts';
import { scanLines, sealLine } from '../src/run/lines.ts';
import { quadratics } from '../suites/quadratics/suite.ts';
import {
  DISGUISES,
  exactJaccard,
  hanText,
  KINDS,
  type Kind,
  type Made,
  makeProblem,
  perturbed,
  prose,
} from './session/curation.ts';
import { announceDevice, countFlags } from './session/start.ts';
import { type Cost, wholeProcess } from './session/whole-process.ts';

const THRESHOLD = 0.9;
/** Words of a text of 2 kB, and Chinese characters of one. */
const [WORDS, CHARACTERS] = [300, 660];
/** The template around a text, each of its tokens apart. */
const TAGS = '< think > … < / think > < answer > 1 < / answer >';
const CLI = fileURLToPath(new URL('../dist/src/cli/bin.js', import.meta.url));

const { candidates, pairs, leaks } = countFlags({ candidates: 500_000, pairs: 5000, leaks: 2000 });
const device = announceDevice();
const random = randomStream(1, 'curate benchmark');
const folder = mkdtempSync(join(tmpdir(), 'proofstill-curate-'));
try {
  const holdout = [...make('english', 300), ...make('chinese', 300), ...make('code', 100)];
  const forbidden = new Set(holdout.map(({ key }) => key));
  const planted = write(holdout);
  console.error('curating');
  const suite = suiteFile(holdout);
  const out = join(folder, 'out');
  const args = ['curate', '--run', join(folder, 'run'), '--out', out, '--suite', suite, '--student', 'none', '--json'];
  const cost = await wholeProcess({ args: [CLI, ...args, '--format', 'messages'], cwd: folder });
  report(planted, cost, forbidden.size);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function make(kind: Kind, count: number): Made[] {
  return Array.from({ length: count }, () => makeProblem(kind, random));
}

interface Planted {
  /** Copies by id, with their similarity to the row before them. */
  readonly copies: ReadonlyMap<string, number>;
  readonly leaks: ReadonlyMap<string, string>;
  readonly bytes: number;
}

/** Writes the run's candidates: leaks and pairs evenly among the clean ones. */
function write(holdout: readonly Made[]): Planted {
  console.error(`writing ${candidates} candidates`);
  const directory = join(folder, 'run');
  mkdirSync(directory);
  createRun(directory, { config: recordConfig({ ...DEFAULTS, curate: { nearDuplicates: THRESHOLD } }) }).close();
  const forbidden = new Set(holdout.map(({ key }) => key));
  const sources = [...holdout, ...quadratics.samples.filter(({ split }) => split === 'holdout')];
  const disguises = Object.keys(DISGUISES);
  const copies = new Map<string, number>();
  const leaked = new Map<string, string>();
  const file = join(directory, 'candidates', 'round-1.jsonl');
  const handle = openSync(file, 'w');
  let lines: string[] = [];
  let written = 0;
  const append = (made: Made, text: string): string => {
    const id = `p-${written++}`;
    lines.push(`${sealLine(candidate(id, made, text), file)}\n`);
    if (lines.length === 1000) flush();
    return id;
  };
  const flush = (): void => {
    writeSync(handle, lines.join(''));
    lines = [];
  };
  const everyPair = Math.floor(candidates / pairs);
  const everyLeak = Math.floor(candidates / leaks);
  for (let turn = 0; written < candidates; turn++) {
    if (turn % everyPair === 0) {
      const made = { prompt: `tell me about ${prose(4, random).join(' ')} ${random.int(1, 1e6)}`, key: `pair-${turn}` };
      const words = prose(random.int(150, 450), random);
      const copy = perturbed(words, random.int(1, 9), random);
      append(made, words.join(' '));
      const tokens = (text: readonly string[]): string[] =>
        `${made.prompt} ${TAGS.replace('…', text.join(' '))}`.split(' ');
      copies.set(append(made, copy.join(' ')), exactJaccard(tokens(words), tokens(copy)));
    }
    if (turn % everyLeak === 1) {
      const source = sources[turn % sources.length] as Made;
      const disguise = disguises[leaked.size % disguises.length] as string;
      const prompt = DISGUISES[disguise]!(source.prompt, random);
      leaked.set(append({ prompt, key: `leak-${turn}` }, prose(WORDS, random).join(' ')), disguise);
    }
    const kind = random.pick(KINDS);
    const made = makeProblem(kind, random);
    if (forbidden.has(made.key)) continue;
    append(made, kind === 'chinese' ? hanText(CHARACTERS, random) : prose(WORDS, random).join(' '));
  }
  flush();
  closeSync(handle);
  return { copies, leaks: leaked, bytes: statSync(file).size };
}

function candidate(id: string, { prompt, key }: Made, text: string): Candidate {
  const whole = `<think>${text}</think><answer>1</answer>`;
  return candidateSchema.parse({
    schema: 1,
    id,
    key,
    area: 'all',
    prompt,
    attempt: 0,
    output: { text: whole, finishReason: 'stop', tokens: { in: 30, out: 600 } },
    teacher: 'nobody',
    decoding: { temperature: 0.6, topP: 0.95, maxTokens: 1024, seed: 1 },
    verifier: 'none@1',
    fate: 'kept',
    failures: [],
  });
}

/** A suite as a user would write it. */
function suiteFile(samples: readonly Made[]): string {
  const file = join(folder, 'suite.ts');
  const held = samples.map((made, index) => ({
    ...made,
    id: `h-${index}`,
    suite: 'planted',
    area: 'all',
    split: 'holdout',
  }));
  writeFileSync(
    file,
    `import { defineSuite, defineVerifier, verdictOf } from 'proofstill';
export default defineSuite({
  name: 'planted', version: '1', areas: ['all'], chance: 0, samples: ${JSON.stringify(held)},
  verify: defineVerifier({ name: 'none', version: '1', verify: () => verdictOf([]) }),
  key: ({ prompt }) => prompt,
});
`,
  );
  return file;
}

function report({ copies, leaks: leaked, bytes }: Planted, cost: Cost, holdout: number): void {
  const record = JSON.parse(readFileSync(join(folder, 'out', 'dataset.json'), 'utf8')) as DatasetRecord;
  const kept = new Set<string>();
  for (const { text } of scanLines(join(folder, 'out', 'rows.jsonl'))) {
    kept.add((JSON.parse(text) as { from: string }).from.split('#')[0] as string);
  }
  const similar = [...copies].filter(([, jaccard]) => jaccard >= THRESHOLD);
  const found = [...copies].filter(([id]) => !kept.has(id));
  const right = found.filter(([, jaccard]) => jaccard >= THRESHOLD).length;
  const caught = [...leaked.keys()].filter((id) => !kept.has(id)).length;
  const clean = candidates - leaked.size - copies.size;
  const { dropped } = record.rows;
  const falseDrops = dropped.contaminated - caught;
  const figures = {
    candidates: record.candidates.drawn,
    bytesEach: Math.round(bytes / candidates),
    seconds: cost.ms / 1000,
    candidatesPerSecond: candidates / (cost.ms / 1000),
    cpuSeconds: cost.cpuSeconds,
    candidatesPerCpuSecond: candidates / cost.cpuSeconds,
    peakMemoryMb: cost.peakMemoryMb,
    nearDuplicates: {
      pairs: copies.size,
      similar: similar.length,
      found: found.length,
      recall: share(right, similar.length),
      precision: share(right, found.length),
      falseAmongClean: dropped['near-duplicate'] - found.length,
    },
    contamination: {
      holdout: holdout + quadratics.samples.length,
      planted: leaked.size,
      caught: share(caught, leaked.size),
      missed: Object.fromEntries(
        Object.keys(DISGUISES).map((name) => [
          name,
          [...leaked].filter(([id, by]) => by === name && kept.has(id)).length,
        ]),
      ),
      falsePositives: share(falseDrops, clean),
    },
    dropped,
  };
  console.log(JSON.stringify(figures, null, 2));
  console.log(JSON.stringify({ name: 'curate', ratios: {}, figures, device }));
}

function share(part: number, n: number): Pick<Proportion, 'value' | 'n' | 'low' | 'high'> {
  const { value, low, high } = proportion(part, n);
  return { value, n, low, high };
}
