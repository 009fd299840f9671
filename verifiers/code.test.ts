import fc from 'fast-check';
import { isProofstillError, type Sample } from 'proofstill';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CodeTest, code } from './code.ts';
import { verifierConformance } from './conformance.ts';
import { judge, outputOf, sampleOf } from './fixtures/judging.ts';

/** Made-up outputs to judge: `PROOFSTILL_FUZZ=10000 npx vitest run verifiers/code.test.ts` takes minutes. */
const RUNS = Number(process.env['PROOFSTILL_FUZZ'] ?? 100);
const tests: readonly CodeTest[] = [
  { args: [1, 2], expected: 3 },
  { args: [-4, 4], expected: 0 },
];
const sample: Sample = sampleOf({ suite: 'code', prompt: 'Write add(a, b).', meta: { entry: 'add', tests } });
const answer = (source: string): string => `<think>t</think><answer>\n\`\`\`js\n${source}\n\`\`\`\n</answer>`;
const judged = (source: string, options = {}, meta: Sample['meta'] = sample.meta): Promise<string> =>
  judge(code({ deadlineMs: 1_000, ...options }), answer(source), { sample: { ...sample, meta } as Sample });
/** What a function of no parameters returns, against what is expected of it. */
const returning = (body: string, expected: unknown): Promise<string> =>
  judged(`function add() { ${body} }`, {}, { entry: 'add', tests: [{ args: [], expected }] });

const probe = await judged('function add(a, b) { return a + b }').then(async (reason) =>
  reason === 'no-sandbox' ? 'isolated-vm is not installed, or was not compiled' : undefined,
);

describe('code', () => {
  beforeEach(({ skip }) => skip(probe !== undefined, probe));

  it.each([
    'function add(a, b) { return a + b }',
    'const add = (a, b) => a + b;\nconsole.log(add(1, 2));',
    'var add = async (a, b) => a + b',
    'module.exports = { add: (a, b) => a + b }',
    'module.exports = (a, b) => a + b',
    'exports.add = (a, b) => a + b',
    'export function add(a, b) { return a + b }',
    'export default function (a, b) { return a + b } // add',
    'const add = (a, b) => { return a + b }; export { add }',
    'const module = null; function add(a, b) { return a + b }',
    'function add(a, b) { return a + b }\n({ last: () => 1 })',
  ])('passes %s', async (source) => {
    expect(await judged(source)).toBe('pass');
  });

  it.each([
    ['function add(a, b) { return a - b }', 'wrong-output'],
    ['function add(a, b) { return 3 }', 'wrong-output'],
    ['function add(a, b) { return a + b + 1e-15 }', 'wrong-output'],
    ['function add(a, b) { return String(a + b) }', 'wrong-output'],
    ['function add(a, b) { return BigInt(a + b) }', 'wrong-output'],
    ['function add(a, b) { console.log(a + b) }', 'wrong-output'],
    ['function add(a, b) { return a + c }', 'threw'],
    ['throw new Error("add")', 'threw'],
    ['const fs = require("fs"); function add(a, b) { return a + b }', 'threw'],
    ['import fs from "fs"; function add(a, b) { return a + b }', 'syntax-error'],
    ['function add(a, b) { return a + }', 'syntax-error'],
    ['function add(a: number, b: number) { return a + b }', 'syntax-error'],
    ['export function add(a, b) { return', 'syntax-error'],
    ['function sum(a, b) { return a + b }', 'missing-entry'],
    ['const add = 3', 'missing-entry'],
    ['// add', 'missing-entry'],
    ['function add() { return new Promise(() => {}) }', 'never-settled'],
    ['function add() { for (;;); }', 'timed-out'],
    ['function add() { const a = []; for (;;) a.push(new Array(1000).fill(1.5)) }', 'out-of-memory'],
    ['', 'no-code'],
  ])('%s is %s', async (source, reason) => {
    expect(await judged(source)).toBe(reason);
  });

  it('says which test failed, and how, but not what the hidden tests expect of others', async () => {
    const { checks } = (await code().verify(sample, outputOf(answer('function add(a, b) { return 3 }')), {
      policy: 'score',
    })) as { checks: readonly { detail?: string }[] };
    expect(checks[0]?.detail).toBe('test 2 of 2: expected 0, got 3');
  });

  it('strips types, enums and namespaces of TypeScript', async () => {
    const source =
      'enum Sign { Plus = 1 }\nnamespace N { export const zero = 0 }\ninterface P { a: number }\n' +
      'export const add = <T extends number>(a: T, b: T): number => (a as number) * Sign.Plus + b! + N.zero;';
    expect(await judged(source, { language: 'typescript' })).toBe('pass');
    expect(await judged('const add = (a: number => a', { language: 'typescript' })).toBe('syntax-error');
  });
});

describe('what is the same', () => {
  beforeEach(({ skip }) => skip(probe !== undefined, probe));

  it.each([
    ['return { b: [1, null], a: "x" }', { a: 'x', b: [1, null] }],
    ['return -0', 0],
    ['return 0', -0],
    ['return [1, 2].map(String)', ['1', '2']],
    ['return { a: 1, b: undefined }', { a: 1 }],
    ['return new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['return Object.assign(Object.create(null), { a: 1 })', { a: 1 }],
    ['class P { constructor() { this.x = 1 } } return new P()', { x: 1 }],
    ['return { toJSON: () => 7 }', 7],
    ['return "\\ud800"', '\ud800'],
    ['return JSON.parse(\'{"__proto__":1}\')', JSON.parse('{"__proto__":1}')],
  ])('%s passes %j', async (body, expected) => {
    expect(await returning(body, expected)).toBe('pass');
  });

  it.each([
    ['return NaN', null],
    ['return Infinity', null],
    ['return undefined', null],
    ['return [undefined]', [null]],
    ['return [, 1]', [null, 1]],
    ['return new Map([[1, 2]])', {}],
    ['return new Set([1])', {}],
    ['return /a/', {}],
    ['return () => 1', null],
    ['return Symbol("a")', null],
    ['return 10n', 10],
    ['return { length: 0 }', []],
    ['return [1, 2]', [2, 1]],
    ['return { a: 1, b: 2 }', { a: 1 }],
    ['return { toJSON: () => undefined }', null],
    ['return "x".repeat(2e6)', 'x'],
  ])('%s is not %j', async (body, expected) => {
    expect(await returning(body, expected)).toBe('wrong-output');
  });
});

describe('candidate code that cheats', () => {
  beforeEach(({ skip }) => skip(probe !== undefined, probe));

  it.each([
    [
      'prints what a pass looks like',
      'console.log("passed"); console.log("3"); function add() { return "passed" }',
      'wrong-output',
    ],
    [
      'answers every comparison with yes',
      'function add() { return { valueOf: () => 3, toString: () => "3", [Symbol.toPrimitive]: () => 3 } }',
      'wrong-output',
    ],
    [
      'patches JSON',
      'JSON.stringify = () => "3"; JSON.parse = () => [0, 0]; function add() { return 4 }',
      'wrong-output',
    ],
    [
      'patches every prototype',
      'for (const p of [Object, Array, String, Number, Promise, Function].map((c) => c.prototype)) p.toJSON = () => 3; Array.prototype[Symbol.iterator] = function* () { yield 3 }; Promise.prototype.then = () => 3; function add() { return "4" }',
      'wrong-output',
    ],
    [
      'patches what a call goes through',
      'Reflect.apply = Function.prototype.call = Function.prototype.apply = () => 3; function add() { return 4 }',
      'wrong-output',
    ],
    [
      'looks for the tests in its caller',
      'function add() { try { return add.caller.arguments[2] } catch { return 4 } }',
      'wrong-output',
    ],
    [
      'looks for the nonce on the stack',
      'Error.prepareStackTrace = (_, sites) => sites.map((s) => String(s.getFunction()) + String(s.getThis())).join(); function add() { return new Error().stack }',
      'wrong-output',
    ],
    [
      'asks the host for its process',
      'function add() { return this?.constructor.constructor("return process")().pid ?? 4 }',
      'threw',
    ],
    [
      'reaches for the host through an error',
      'function add() { try { null.x } catch (e) { return e.constructor.constructor("return typeof process + typeof require")() } }',
      'wrong-output',
    ],
    [
      'imports a module',
      'async function add() { return (await import("node:fs")).readFileSync("/etc/hostname", "utf8") }',
      'threw',
    ],
    [
      'makes itself the answer of a promise',
      'function add() { return { then(resolve) { resolve("passed") } } }',
      'wrong-output',
    ],
    ['throws what a pass looks like', 'function add() { throw { toString: () => "v3", name: "v3" } }', 'threw'],
    [
      'counts the tests',
      'globalThis.n = (globalThis.n ?? 0) + 1; function add() { return [3, 0][n - 1] }',
      'wrong-output',
    ],
    [
      'writes on its arguments',
      'function add(a, b) { arguments[0] = 1; return Object.keys(globalThis).length }',
      'wrong-output',
    ],
  ])('%s: no pass', async (_what, source, reason) => {
    expect(await judged(source)).toBe(reason);
  });

  it('leaves nothing behind for the next test or the next candidate', async () => {
    await judged(
      'Object.prototype.polluted = Array.prototype.polluted = 1; globalThis.left = 1; function add(a, b) { return a + b }',
    );
    expect(
      await judged(
        'function add(a, b) { return typeof left === "undefined" && ({}).polluted === undefined ? a + b : 0 }',
      ),
    ).toBe('pass');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('reading the code', () => {
  beforeEach(({ skip }) => skip(probe !== undefined, probe));
  const right = 'function add(a, b) { return a + b }';
  const fenced = `\`\`\`js\n${right}\n\`\`\``;

  it.each([
    ['a fenced block without tags', `Here you are:\n${fenced}\nIt adds.`, 'pass', 'no-answer'],
    ['bare code in the tag', `<answer>${right}</answer>`, 'pass', 'pass'],
    [
      'a ternary is no hedge',
      `<answer>function add(a, b) { return true ? a + b : 0 /* maybe */ }</answer>`,
      'pass',
      'pass',
    ],
    ['code in the think block only', `<think>${fenced}</think>I cannot.`, 'missing-entry', 'no-answer'],
    ['an open think block', `<think>${fenced}`, 'no-answer', 'no-answer'],
    ['two blocks', `<answer>${fenced}\n\nUse:\n\`\`\`js\nconsole.log(1)\n\`\`\`</answer>`, 'pass', 'several-blocks'],
    ['a block left open', `<answer>\n\`\`\`js\n${right}</answer>`, 'pass', 'unclosed-block'],
    ['two answers', `<answer>${right}</answer><answer>${right}</answer>`, 'pass', 'several-answers'],
    ['more code than anybody reads', `<answer>${right}${' '.repeat(100_000)}//</answer>`, 'too-long', 'too-long'],
  ])('%s', async (_what, text, score, select) => {
    expect(await judge(code(), text, { sample, policy: 'score' })).toBe(score);
    expect(await judge(code(), text, { sample, policy: 'select' })).toBe(select);
  });
});

describe('bad tests', () => {
  it.each([
    ['no meta', undefined],
    ['no entry', { tests }],
    ['an entry that is no name', { entry: 'a-b', tests }],
    ['an entry that is a keyword', { entry: 'class', tests }],
    ['no tests', { entry: 'add', tests: [] }],
    ['tests that are no list', { entry: 'add', tests: { args: [], expected: 1 } }],
    ['a test without args', { entry: 'add', tests: [{ expected: 1 }] }],
    ['a test without an expected value', { entry: 'add', tests: [{ args: [] }] }],
    ['an expected value that is no JSON', { entry: 'add', tests: [{ args: [], expected: Number.NaN }] }],
  ])('%s is unscored', async (_what, meta) => {
    const text = answer('function add(a, b) { return a + b }');
    const verdict = await code().verify({ ...sample, meta } as Sample, outputOf(text), { policy: 'score' });
    expect(verdict).toMatchObject({ status: 'unscored', reason: 'bad-tests' });
  });

  it.each([
    [{ entry: 'class a' }],
    [{ tests: [] }],
    [{ tests: [{ args: [Number.NaN], expected: 1 }] }],
    [{ deadlineMs: 0 }],
    [{ deadlineMs: Number.NaN }],
    [{ memoryMb: 1 }],
  ])('options %j are a config error', (options) => {
    expect(() => code(options)).toThrow(expect.toSatisfy((error) => isProofstillError(error, 'config')));
  });

  it('tests and name in the options go before those of the sample', async () => {
    const doubling = code({ entry: 'twice', tests: [{ args: [2], expected: 4 }] });
    const text = answer('const twice = (a) => 2 * a');
    expect(await judge(doubling, text, { sample: { ...sample, meta: {} } })).toBe(probe ? 'no-sandbox' : 'pass');
  });
});

describe('the contract of verifiers', () => {
  it('is kept on hostile outputs', async () => {
    expect(await verifierConformance(code(), sample)).toEqual([]);
  });

  /** Programs of a sort: every piece can follow every other, and most of them do not go together. */
  const pieces = fc.constantFrom(
    ...[
      '<answer>',
      '</answer>',
      '<think>',
      '</think>',
      '```js\n',
      '\n```\n',
      'add',
      'function add(a, b) {',
      '}',
      'return a + b',
    ],
    ...[
      'const add = ',
      '(a, b) => ',
      'async ',
      'await ',
      'export ',
      'import("x")',
      'throw ',
      'new ',
      'class add ',
      ';',
      '\n',
      '(',
      ')',
    ],
    ...[
      '[',
      ']',
      '`${',
      '"',
      "'",
      '/*',
      '//',
      '\\',
      '\u2028',
      '\ud800',
      '\0',
      '9n ** 2n',
      'globalThis.JSON = ',
      'Object.prototype.x = ',
    ],
    ...[
      'this',
      'yield* ',
      'eval("1")',
      '...',
      '?.',
      '=>',
      'arguments',
      'super',
      '#a',
      '@a',
      '<T>',
      ': number',
      'enum ',
      '0',
      '.5',
      '1e999',
    ],
  );
  const program = fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join(''));
  const text = fc.oneof(
    program.map((body) => `<answer>function add(a, b) { ${body} }</answer>`),
    program,
    fc.string({ unit: 'binary', maxLength: 200 }).map((noise) => `<answer>add${noise}</answer>`),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );

  it('is kept on made-up programs', async () => {
    const texts = fc.sample(text, { numRuns: RUNS, seed: 20_260_102 });
    expect(await verifierConformance(code({ deadlineMs: 5_000 }), sample, texts)).toEqual([]);
    expect(await verifierConformance(code({ language: 'typescript' }), sample, texts.slice(0, RUNS / 10))).toEqual([]);
  }, 3_600_000);
});
