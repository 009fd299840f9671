/**
 * Answer: the output's JavaScript or TypeScript passes the tests. Each test calls the function in a fresh isolate of a child
 * process, and what comes back is compared here, where the candidate's code never was. The header of
 * `src/verify/sandbox/pool.ts` says what this protects from, and what it does not.
 */

import { isDeepStrictEqual } from 'node:util';
import {
  type CallEnded,
  callInSandbox,
  compileInSandbox,
  excerpt,
  isFunctionName,
  isProofstillError,
  ProofstillError,
  requireSandboxIsolation,
  type Sample,
  sandboxIsolation,
  type Verifier,
  type VerifyOptions,
} from 'proofstill';
import { answerVerifier, type Finding, fail, PASS, unscored, versionOf, wholeAnswer } from './answer-rule.ts';
import { codeIn } from './code-block.ts';

/** One call and what it must return; all of it JSON. Numbers are the same only exactly, and -0 is 0. */
export interface CodeTest {
  readonly args: readonly unknown[];
  readonly expected: unknown;
}

export interface CodeOptions {
  /** @default 'javascript' */
  readonly language?: 'javascript' | 'typescript';
  /** Name of the function. @default the sample's `meta.entry` */
  readonly entry?: string;
  /** @default the sample's `meta.tests` */
  readonly tests?: readonly CodeTest[];
  /** Milliseconds of wall clock for one test. @default 2000 */
  readonly deadlineMs?: number;
  /** Megabytes of heap for one test, at least 8. @default 64 */
  readonly memoryMb?: number;
  /** Refuses to run code where the sandbox cannot close the network. @default false */
  readonly requireIsolation?: boolean;
}

/** An answer under test. */
interface Candidate {
  readonly entry: string;
  readonly tests: readonly CodeTest[];
  readonly isTypeScript: boolean;
  readonly limits: { readonly deadlineMs: number; readonly memoryMb: number };
}

const NAME = 'code';
/** A plain script cannot export; whatever this finds is compiled first, and code that only looks so is none the worse. */
const EXPORTS = /(?:^|[;}])[ \t]*export\b/m;

/**
 * Runs an answer's code on every test, and stops at the first that fails. The code is found as {@link codeIn} says; its
 * function may be declared, or exported by name or as default, and may return a promise. It has the language alone: no
 * modules, timers, console output or network.
 * Without tests or a name the sample is `unscored('bad-tests')`; without a sandbox, `unscored('no-sandbox')`.
 * @throws ProofstillError `config` for options that are none, and where the network must be closed and cannot be.
 */
export function code(options: CodeOptions = {}): Verifier {
  const { language = 'javascript', deadlineMs = 2_000, memoryMb = 64, requireIsolation = false } = options;
  if (!(deadlineMs >= 1 && deadlineMs <= 600_000)) throw misuse('deadlineMs', 'from 1 to 600000', deadlineMs);
  if (!(Number.isInteger(memoryMb) && memoryMb >= 8)) throw misuse('memoryMb', 'a whole number from 8 on', memoryMb);
  if (options.entry !== undefined && !isFunctionName(options.entry)) {
    throw misuse('entry', 'the name of a function', options.entry);
  }
  const fault = options.tests === undefined ? undefined : faultOf(options.tests);
  if (fault) throw new ProofstillError('config', `code tests: ${fault}`);
  if (requireIsolation) requireSandboxIsolation();
  const limits = { deadlineMs, memoryMb };
  const isTypeScript = language === 'typescript';
  return answerVerifier({
    name: NAME,
    version: versionOf('1', { language, entry: options.entry, tests: options.tests, ...limits }),
    read: wholeAnswer,
    judgeOf: (sample) => {
      const asked = askedOf(sample, options);
      return 'status' in asked
        ? asked
        : (answer, judging) => judge(answer, { ...asked, isTypeScript, limits }, judging);
    },
  });
}

async function judge(answer: string, candidate: Candidate, { policy, signal }: VerifyOptions): Promise<Finding> {
  const found = codeIn(answer, policy, candidate.entry);
  if ('reason' in found) return fail(found.reason);
  if (!found.code.includes(candidate.entry) && !/\bexport/.test(found.code)) {
    return fail('missing-entry', `no ${candidate.entry} in the code`);
  }
  try {
    return noted(await run(found.code, candidate, signal));
  } catch (error) {
    if (!isProofstillError(error, 'verifier')) throw error;
    return unscored('no-sandbox', [error.message, error.hint].filter(Boolean).join('. '));
  }
}

async function run(code: string, candidate: Candidate, signal: AbortSignal | undefined): Promise<Finding> {
  const { entry, tests, isTypeScript, limits } = candidate;
  let script = code;
  if (isTypeScript || EXPORTS.test(code)) {
    // Compiling is slow in a child's first second, which is no fault of the code's.
    const compiled = await compileInSandbox(code, isTypeScript, { deadlineMs: limits.deadlineMs + 5_000, signal });
    if (compiled.kind !== 'compiled') return stopped(compiled);
    script = compiled.script;
  }
  for (const [index, { args, expected }] of tests.entries()) {
    const ended = await callInSandbox(script, entry, args, { ...limits, signal });
    const finding = judgeCall(ended, JSON.parse(JSON.stringify(expected)));
    if (finding.status !== 'pass') {
      return {
        ...finding,
        detail: [`test ${index + 1} of ${tests.length}`, finding.detail].filter(Boolean).join(': '),
      };
    }
  }
  return PASS;
}

function judgeCall(ended: CallEnded, expected: unknown): Finding {
  switch (ended.kind) {
    case 'returned': {
      if (isDeepStrictEqual(ended.value, expected)) return PASS;
      return fail('wrong-output', `expected ${shown(expected)}, got ${shown(ended.value)}`);
    }
    case 'not-json':
      return fail('wrong-output', `expected ${shown(expected)}, got ${ended.what}`);
    case 'too-large':
      return fail('wrong-output', `expected ${shown(expected)}, got more than a million characters`);
    case 'unsettled':
      return fail('never-settled');
    default:
      return stopped(ended);
  }
}

/** `syntax-error`, `threw`, `missing-entry`, `timed-out`, `out-of-memory` and `crashed` are reasons as they are. */
function stopped(ended: { readonly kind: string; readonly message?: string }): Finding {
  return fail(ended.kind, ended.message === undefined ? undefined : excerpt(ended.message));
}

/** Says with every finding that the code could have reached the network, where it could. */
function noted(finding: Finding): Finding {
  const { network, detail } = sandboxIsolation();
  if (network === 'closed') return finding;
  return { ...finding, detail: [finding.detail, `network open: ${detail}`].filter(Boolean).join('; ') };
}

/** What a sample asks for, the options first; or what is wrong with it. */
function askedOf({ meta }: Sample, options: CodeOptions): Pick<Candidate, 'entry' | 'tests'> | Finding {
  const entry = options.entry ?? meta?.['entry'];
  const tests = options.tests ?? meta?.['tests'];
  if (typeof entry !== 'string' || !isFunctionName(entry)) {
    return unscored('bad-tests', `expected meta.entry to name a function, got ${shown(entry)}`);
  }
  const fault = faultOf(tests);
  return fault ? unscored('bad-tests', fault) : { entry, tests: tests as readonly CodeTest[] };
}

function faultOf(tests: unknown): string | undefined {
  if (!Array.isArray(tests) || tests.length === 0) return `expected a list of tests, got ${shown(tests)}`;
  const at = tests.findIndex(
    (test: Partial<CodeTest> | null) =>
      !(Array.isArray(test?.args) && isJson(test.args) && 'expected' in test && isJson(test.expected)),
  );
  if (at < 0) return undefined;
  return `expected test ${at + 1} to be { args: […], expected } in JSON values, got ${shown(tests[at])}`;
}

function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson);
}

function shown(value: unknown): string {
  return excerpt(JSON.stringify(value) ?? String(value));
}

function misuse(option: string, wanted: string, got: unknown): ProofstillError {
  return new ProofstillError('config', `code expects ${option} to be ${wanted}, got ${JSON.stringify(got)}`);
}
