/**
 * What every suite owes whoever runs it: samples that its own verifier accepts when answered rightly and rejects when
 * not, keys that say what they should, and a generator that cannot leak a holdout problem into training.
 */

import { existsSync, readFileSync } from 'node:fs';
import {
  drawProblem,
  type Output,
  type Policy,
  type Problem,
  partsOf,
  randomStream,
  type Sample,
  type Suite,
  splitOfKey,
  statusOf,
  type Verdict,
  verifyOutput,
} from 'proofstill';

/** One thing that is wrong with a suite. */
export interface Fault {
  /** The samples' file with the sample's line (or the suite, where there is none), and the sample or area. */
  readonly place: string;
  /** What was expected and what came instead. */
  readonly message: string;
}

/** Solutions drawn before a problem counts as one that the solver cannot answer. */
const SOLUTIONS = 32;
/** Problems drawn from the generator of each area. */
const PROBLEMS = 16;
/** Other samples' answers tried in place of the right one. */
const WRONG_ANSWERS = 5;

/** Everything that is wrong with `suite`, sample by sample and area by area; an empty list means that it conforms. */
export async function suiteConformance(suite: Suite): Promise<Fault[]> {
  const faults = sampleKeyFaults(suite);
  for (const sample of suite.samples) faults.push(...(await verdictFaults(suite, sample)));
  if (suite.problem) {
    for (const area of suite.areas) faults.push(...(await generatorFaults(suite, area)));
  }
  return faults;
}

/** Ids and keys are unique, keys are those of the prompts, and the generator sees a sample's split as the sample does. */
function sampleKeyFaults(suite: Suite): Fault[] {
  const faults: Fault[] = [];
  const ids = new Set<string>();
  const idOfKey = new Map<string, string>();
  for (const sample of suite.samples) {
    const { id, key, split } = sample;
    const messages = promptKeyFaults(suite, sample);
    const earlier = idOfKey.get(key);
    if (ids.has(id)) messages.push('this id occurs twice');
    if (earlier !== undefined) messages.push(`key "${key}" is that of sample ${earlier}: they are the same problem`);
    if (suite.problem && split !== 'stretch' && splitOfKey(key) !== split) {
      messages.push(`a generated problem with key "${key}" would be ${splitOfKey(key)}, but the sample is ${split}`);
    }
    ids.add(id);
    idOfKey.set(key, id);
    faults.push(...sampleFaults(suite, id, messages));
  }
  return faults;
}

function promptKeyFaults(suite: Suite, { prompt, key }: Problem): string[] {
  try {
    const own = suite.key({ prompt });
    return own === key ? [] : [`the prompt "${prompt}" has the key "${own}", but "${key}" is given`];
  } catch (error) {
    return [`key(…) threw on the prompt "${prompt}": ${String(error)}`];
  }
}

/** A fresh problem has its area, its prompt's key and a right answer, comes again from the same stream, and can be trained on. */
async function generatorFaults(suite: Suite, area: string): Promise<Fault[]> {
  const draw = (): Problem[] => {
    const random = randomStream(0, 'conformance', area);
    return Array.from({ length: PROBLEMS }, () => drawProblem(suite, area, 'train', random));
  };
  const faults: Fault[] = [];
  const report = (...messages: string[]) => faults.push(...faultsAt(suite, `area ${area}`, messages));
  try {
    const problems = draw();
    if (JSON.stringify(problems) !== JSON.stringify(draw())) report('one stream gave different problems twice');
    for (const problem of problems) {
      if (problem.area !== area) report(`a problem of area "${problem.area}" was drawn`);
      report(...promptKeyFaults(suite, problem));
      const id = `generated "${problem.prompt}"`;
      faults.push(...(await verdictFaults(suite, { ...problem, id, suite: suite.name, split: 'train' })));
    }
  } catch (error) {
    report(`the generator failed: ${String(error)}`);
  }
  return faults;
}

/** A right output passes both judges; with its answer taken away, replaced or cut short it fails. */
async function verdictFaults(suite: Suite, sample: Sample): Promise<Fault[]> {
  const { accepted, rejected } = await acceptedOutput(suite, sample);
  if (rejected !== undefined) return sampleFaults(suite, sample.id, [rejected]);
  if (accepted === undefined) return sampleFaults(suite, sample.id, await unscorable(suite, sample));
  const messages: string[] = [];
  const answerPasses = async (answer: string) =>
    statusOfAnswer(await judge(suite, sample, outputOf(withAnswer(accepted, answer)))) === 'pass';
  if (await answerPasses('')) messages.push('the verifier accepts an empty answer');
  const wrong = suite.samples
    .flatMap(({ expected }) => (expected === undefined || expected === sample.expected ? [] : [expected]))
    .slice(0, WRONG_ANSWERS);
  const passed = await Promise.all(wrong.map(answerPasses));
  // Two notations may mean one answer, so a single acceptance proves nothing.
  if (passed.length > 1 && passed.every(Boolean)) messages.push('the verifier accepts the answers of other problems');
  const cut: Output = { ...outputOf(accepted), finishReason: 'length' };
  if ((await judge(suite, sample, cut)).status === 'pass') {
    messages.push('the verifier accepts an output that the token limit cut off');
  }
  if (suite.judge) {
    const verdict = await verifyOutput(suite.judge, sample, outputOf(accepted), { policy: 'score' });
    if (verdict.status !== 'pass') messages.push(`the second judge rejects a right output: ${describe(verdict)}`);
  }
  return sampleFaults(suite, sample.id, messages);
}

/** Where nothing is known to be right, any answer must at least be judged: it is not where an expected one is missing. */
async function unscorable(suite: Suite, sample: Sample): Promise<string[]> {
  const verdict = await judge(suite, sample, outputOf('<think></think><answer>0</answer>'));
  if (statusOfAnswer(verdict) !== 'unscored') return [];
  return [`the verifier can score no answer to this sample: ${describe(verdict)}`];
}

/**
 * An output that the verifier owes a pass: one of the solver's, by the strict policy. Without a solver it is the bare
 * expected answer, of which only the answer is judged; with neither, nothing is known to be right.
 */
async function acceptedOutput(suite: Suite, sample: Sample): Promise<{ accepted?: string; rejected?: string }> {
  const { expected, prompt } = sample;
  const bare = expected === undefined ? undefined : `<think></think><answer>${expected}</answer>`;
  if (bare !== undefined) {
    const verdict = await judge(suite, sample, outputOf(bare));
    if (statusOfAnswer(verdict) !== 'pass') {
      return { rejected: `the verifier rejects the expected answer "${expected}": ${describe(verdict)}` };
    }
  }
  if (!suite.solve) return bare === undefined ? {} : { accepted: bare };
  let last: Verdict | undefined;
  for (let seed = 0; seed < SOLUTIONS; seed++) {
    const text = suite.solve({ prompt }, randomStream(seed, 'conformance', sample.key));
    last = await judge(suite, sample, outputOf(text), 'select');
    if (last.status === 'pass') return { accepted: text };
  }
  const reason = last ? describe(last) : '';
  return { rejected: `the verifier rejects all of ${SOLUTIONS} reference solutions, the last one: ${reason}` };
}

function judge(suite: Suite, sample: Sample, output: Output, policy: Policy = 'score'): Promise<Verdict> {
  return verifyOutput(suite.verify, sample, output, { policy });
}

function statusOfAnswer(verdict: Verdict): string {
  return statusOf(verdict, 'answer') ?? verdict.status;
}

/** `mathAnswer: fail (wrong-answer) expected …`, of the first check that did not pass. */
function describe(verdict: Verdict): string {
  const check = verdict.checks.find(({ status }) => status !== 'pass');
  if (!check) return verdict.status;
  const { name, status, reason = 'no reason', detail } = check;
  return `${name}: ${status} (${reason})${detail === undefined ? '' : ` ${detail}`}`;
}

function outputOf(text: string): Output {
  const cost = { tokens: { in: 0, out: 0 }, timings: { firstTokenMs: 0, totalMs: 0 } };
  return { text, ...partsOf(text), finishReason: 'stop', ...cost };
}

function withAnswer(text: string, answer: string): string {
  return text.replace(/<answer>[\s\S]*?<\/answer>/, () => `<answer>${answer}</answer>`);
}

function sampleFaults(suite: Suite, id: string, messages: readonly string[]): Fault[] {
  if (messages.length === 0) return [];
  const line = lineOf(suite, id);
  const source = line === undefined ? {} : { source: `${suite.source}:${line}` };
  return faultsAt({ ...suite, ...source }, `sample ${id}`, messages);
}

/** The line of the suite's file on which a committed sample stands. */
function lineOf({ source }: Suite, id: string): number | undefined {
  if (source === undefined || !existsSync(source)) return undefined;
  const lines = readFileSync(source, 'utf8').split('\n');
  const index = lines.findIndex((line) => idOf(line) === id);
  return index < 0 ? undefined : index + 1;
}

/** A suite may name a file of another kind as its source: then no line is known. */
function idOf(line: string): unknown {
  try {
    return (JSON.parse(line) as { id?: unknown } | null)?.id;
  } catch {
    return undefined;
  }
}

function faultsAt(suite: Suite, where: string, messages: readonly string[]): Fault[] {
  return messages.map((message) => ({ place: `${suite.source ?? `suite ${suite.name}`}, ${where}`, message }));
}
