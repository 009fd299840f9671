import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { isProofstillError } from '../../core/errors.ts';
import { openSandbox, type Sandbox } from './pool.ts';
import { type CallEnded, callInSandbox, compileInSandbox, queryInSandbox } from './sandbox.ts';

const sandbox = openSandbox({ size: 1 });
afterAll(() => sandbox.close());
const limits = { deadlineMs: 5_000, memoryMb: 64, sandbox };
const call = (script: string, args: readonly unknown[] = []): Promise<CallEnded> =>
  callInSandbox(script, 'f', args, limits);
const missing = await call('function f() {}').then(
  () => undefined,
  (error: Error) => error.message,
);

describe('callInSandbox', () => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  it('hands over JSON values and brings back one', async () => {
    const args = [{ a: [1, null, 'x\ud800"'] }, true, -2.5e-7];
    expect(await call('function f(...all) { return all }', args)).toEqual({ kind: 'returned', value: args });
  });

  it.each([
    ['its caller is nobody', 'function f() { return f.caller }', null],
    ['its arguments are its own', 'function f() { return f.arguments.length }', 0],
    ['this is the bare global', 'function f() { return Object.keys(this).sort() }', ['exports', 'f', 'module']],
    [
      'there is no way to a module',
      'function f() { return typeof require + typeof process + typeof Buffer }',
      'undefinedundefinedundefined',
    ],
    ['there are no timers', 'function f() { return typeof setTimeout + typeof queueMicrotask }', 'undefinedundefined'],
    [
      'there is no shared memory',
      'function f() { return typeof SharedArrayBuffer + typeof WebAssembly }',
      'undefinedundefined',
    ],
    [
      'the stack shows no function',
      'Error.prepareStackTrace = (_, all) => all.map((one) => one.getFunction()); function f() { return new Error().stack.filter((one) => one !== f && one !== undefined).length }',
      0,
    ],
  ])('shows candidate code nothing of ours: %s', async (_what, script, value) => {
    expect(await call(script)).toEqual({ kind: 'returned', value });
  });

  it('believes no reply without the nonce, which is another for each call', async () => {
    const nonces: string[] = [];
    const forging: Sandbox = {
      ...sandbox,
      async run(job) {
        if (job.kind === 'call') nonces.push((job as { nonce: string }).nonce);
        return { kind: 'replied', reply: 'v3' } as never;
      },
    };
    for (let call = 0; call < 2; call++) {
      expect(await callInSandbox('', 'f', [], { ...limits, sandbox: forging })).toEqual({ kind: 'unsettled' });
    }
    expect(new Set(nonces).size).toBe(2);
    expect(nonces[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  it('says what it is that JSON cannot say', async () => {
    expect(await call('function f() { return { a: [0, NaN] } }')).toEqual({ kind: 'not-json', what: 'NaN' });
    expect(await call('function f() { return 1n }')).toEqual({ kind: 'not-json', what: 'a bigint' });
    expect(await call('function f() {}')).toEqual({ kind: 'not-json', what: 'undefined' });
  });

  it('says what was thrown, whatever it was', async () => {
    expect(await call('function f() { throw new TypeError("no") }')).toEqual({
      kind: 'threw',
      message: 'TypeError: no',
    });
    expect(await call('function f() { throw null }')).toEqual({ kind: 'threw', message: 'null' });
    expect(await call('async function f() { throw Object.create(null) }')).toMatchObject({ kind: 'threw' });
    expect(await call('throw { a: 1 }')).toMatchObject({ kind: 'threw' });
    expect(await call('function f() { throw "x".repeat(1e6) }')).toEqual({ kind: 'threw', message: 'x'.repeat(500) });
  });
});

describe('compileInSandbox', () => {
  it('strips types, and says where code is wrong', async () => {
    const compiled = await compileInSandbox('const f = (a: number): number => a!', true, limits);
    expect(compiled).toEqual({ kind: 'compiled', script: '"use strict";const f = (a) => a;' });
    expect(await compileInSandbox('\nlet 1', true, limits)).toMatchObject({
      kind: 'syntax-error',
      message: expect.stringMatching(/line 2/),
    });
  });
});

describe('queryInSandbox', () => {
  it('tells each kind of value apart, and gives one number one text', async () => {
    const query = "SELECT 1, 1.0, 9007199254740993, 0.1 + 0.2, 1e400, 'a', x'00ff', NULL, '', -0.0";
    expect(await queryInSandbox('', query, limits)).toEqual({
      kind: 'rows',
      columns: 10,
      rows: [['n:1', 'n:1', 'n:9007199254740993', 'n:0.3', 'n:Infinity', 't:a', 'b:00ff', 'null', 't:', 'n:0']],
    });
  });

  it('starts every query from nothing: neither files nor limits are left behind', async () => {
    await queryInSandbox(
      "ATTACH 'left.db' AS l; CREATE TABLE l.t(a); PRAGMA hard_heap_limit=100000",
      'SELECT 1',
      limits,
    );
    expect(await queryInSandbox("ATTACH 'left.db' AS l", 'SELECT * FROM l.t', limits)).toMatchObject({
      kind: 'bad-query',
    });
    expect(await queryInSandbox('', 'SELECT LENGTH(HEX(ZEROBLOB(1000000)))', limits)).toMatchObject({ kind: 'rows' });
  });

  it('the limit on memory cannot be raised', async () => {
    const setup = 'PRAGMA hard_heap_limit=2000000000; PRAGMA soft_heap_limit=2000000000';
    expect(await queryInSandbox(setup, 'SELECT HEX(ZEROBLOB(200000000))', limits)).toEqual({ kind: 'out-of-memory' });
  });

  it('is interrupted by its signal', async () => {
    const signal = AbortSignal.abort();
    await expect(queryInSandbox('', 'SELECT 1', { ...limits, signal })).rejects.toSatisfy((error) =>
      isProofstillError(error, 'interrupted'),
    );
  });
});
