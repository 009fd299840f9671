import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openSandbox } from './pool.ts';
import { callInSandbox, compileInSandbox, matchInSandbox } from './sandbox.ts';

const sandbox = openSandbox({ size: 1 });
afterAll(() => sandbox.close());
const limits = { deadlineMs: 300, memoryMb: 64, sandbox };
/** For what must end by itself: a busy machine must not make it a bomb. */
const patient = { ...limits, deadlineMs: 10_000 };
const call = (body: string, options = patient) => callInSandbox(`function f() { ${body} }`, 'f', [], options);
const missing = await callInSandbox('function f() {}', 'f', [], patient).then(
  () => undefined,
  (error: Error) => error.message,
);

/** How a bomb may end. Which of them it is can depend on the machine's speed; never that it ends with a value. */
const STOPPED = /^(?:timed-out|out-of-memory|crashed)$/;

describe('a bomb ends by its deadline, and the sandbox is alive afterwards', () => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  it.each([
    ['an endless loop', 'for (;;);'],
    ['endless microtasks', 'const g = () => Promise.resolve().then(g); return g()'],
    ['an endless thenable', 'return { then() { for (;;); } }'],
    ['a thenable that resolves to itself for ever', 'const t = { then(r) { r(t) } }; return t'],
    ['an endless toJSON', 'return { toJSON() { for (;;); } }'],
    ['an endless getter', 'return { get a() { for (;;); } }'],
    ['an endless proxy', 'return new Proxy({}, { ownKeys() { for (;;); } })'],
    ['an exception whose message never ends', 'throw { toString() { for (;;); } }'],
    ['a catastrophic regular expression', 'return /^(a+)+$/.test("a".repeat(40) + "b")'],
    ['a tower of BigInts', 'return String(9n ** 9n ** 9n)'],
    ['a BigInt shifted out of the world', 'let x = 1n; for (;;) x <<= 1000000n'],
    ['a BigInt in decimal', 'return (1n << 40000000n).toString().length'],
    ['a huge split', 'return "x".repeat(2 ** 28).split("").length'],
    ['a huge replace', 'return "x".repeat(2 ** 27).replace(/x/g, "yy").length'],
    ['a huge JSON', 'return JSON.stringify(Array(1e8)).length'],
    ['a huge sort', 'return Array(1e8).fill(0).sort().length'],
    ['a huge array made from a length', 'return Array.from({ length: 1e9 }).length'],
    ['a search in an array of holes', 'const a = []; a.length = 2 ** 32 - 1; return a.indexOf(1)'],
    ['a growing array', 'const a = []; for (;;) a.push(new Array(1000).fill(1.5))'],
    ['a growing set', 'const s = new Set(); for (let i = 0; ; i++) s.add(i)'],
    ['code that makes code', 'const g = () => new Function("for (;;);")(); return g()'],
    ['a generator without an end', 'return [...(function* () { for (;;) yield 1 })()].length'],
  ])('%s', async (_what, body) => {
    expect((await call(body, limits)).kind).toMatch(STOPPED);
    expect(await call('return 1')).toEqual({ kind: 'returned', value: 1 });
  });

  it.each([
    ['a doubling text', 'let s = "x"; for (;;) s += s'],
    ['recursion without an end', 'return (function g() { return g() })()'],
    ['typed arrays without an end', 'const k = []; for (;;) k.push(new Uint8Array(1e7))'],
    ['a buffer of four gigabytes', 'return new ArrayBuffer(4e9).byteLength'],
    ['a value that holds itself', 'const a = []; a.push(a); return a'],
    ['a value of a hundred thousand levels', 'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a'],
    ['shared memory to wait on', 'return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'],
    ['an array of a hundred million holes', 'return Array(1e8)'],
    ['import()', 'return import("node:fs")'],
    ['the process', 'return process.exit(0)'],
    ['constructor.constructor', 'return this.constructor.constructor("return process")()'],
  ])('%s ends at once as the fault of the code', async (_what, body) => {
    expect((await call(body)).kind).toMatch(/^(?:threw|not-json)$/);
    expect(await call('return 1')).toEqual({ kind: 'returned', value: 1 });
  });

  it('code that explodes while it is loaded', async () => {
    for (const script of [
      'for (;;);',
      'const g = async () => { for (;;) await 0; }; g(); function f() {}',
      'throw Object.defineProperty(new Error(), "stack", { get() { for (;;); } })',
      'throw Object.defineProperty(new Error(), "message", { get() { for (;;); } })',
      '9n ** 9n ** 9n',
    ]) {
      expect((await callInSandbox(script, 'f', [], limits)).kind).toMatch(STOPPED);
    }
    expect(await call('return 1')).toEqual({ kind: 'returned', value: 1 });
  });

  it('code that is hard to parse', async () => {
    for (const script of [
      '('.repeat(100_000),
      '['.repeat(100_000),
      '!'.repeat(100_000),
      `a${'.a'.repeat(50_000)}`,
      '`${'.repeat(30_000),
    ]) {
      expect((await callInSandbox(script, 'f', [], patient)).kind).toMatch(/^(?:syntax-error|threw)$/);
      expect((await compileInSandbox(script, true, limits)).kind).toMatch(
        /^(?:syntax-error|compiled|timed-out|crashed)$/,
      );
    }
    expect(await call('return 1')).toEqual({ kind: 'returned', value: 1 });
  });
});

describe('a regular expression', () => {
  it.each([
    ['^(a+)+$', 'a'.repeat(60)],
    ['(x+x+)+y', 'x'.repeat(60)],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(60)],
    ['(.*)*=(.*)*;', '='.repeat(60)],
  ])('that backtracks for ever ends by its deadline: %s', async (pattern, text) => {
    expect(await matchInSandbox(pattern, '', `${text}!`, limits)).toEqual({ kind: 'timed-out' });
    expect(await matchInSandbox('b+', 'i', 'aBBc', patient)).toEqual({ kind: 'matched', index: 1, match: 'BB' });
  });

  it('that cannot be compiled is bad-pattern, whatever is wrong with it', async () => {
    for (const [pattern, flags] of [
      ['(', ''],
      ['a', 'zz'],
      ['(?<n>a)(?<n>b)', ''],
      ['\\p{X}', 'u'],
    ] as const) {
      expect((await matchInSandbox(pattern, flags, 'a', patient)).kind).toBe('bad-pattern');
    }
  });

  it('that does not match is unmatched', async () => {
    expect(await matchInSandbox('^b', '', 'ab', patient)).toEqual({ kind: 'unmatched' });
  });
});
