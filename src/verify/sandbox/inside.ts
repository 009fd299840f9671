/**
 * What runs inside the isolate, around the candidate's code. Its text is sent there, so it can use nothing from outside
 * itself; and it is evaluated first, so that whatever the candidate's code does to the intrinsics comes too late for it.
 */

/** The reply's letter after the nonce: a JSON value, something that JSON has not, an exception, too much to say. */
export const MARKS = { value: 'v', foreign: 'f', threw: 't', large: 'l' } as const;

interface Inside {
  /** Starts the call; what it leads to, promises included, is there when all microtasks are done. */
  call(entry: (...args: unknown[]) => unknown, args: string, nonce: string): void;
  /** The reply, or nothing where the promise that the call returned never settled. */
  collect(): string;
}

/**
 * The script that makes {@link Inside}, whose replies hold at most `maximum` characters of JSON. It is strict: a sloppy
 * function shows itself, and through it the nonce, to those it calls.
 */
export function insideScript(maximum: number): string {
  return `'use strict'; (${String(inside)})(${maximum})`;
}

function inside(maximum: number): Inside {
  const { parse, stringify } = JSON;
  const { apply, getPrototypeOf } = Reflect;
  const { keys } = Object;
  const { isArray } = Array;
  const isNumber = Number.isFinite;
  const { slice } = String.prototype;
  const plain = Object.prototype;
  // Shared memory can block a thread for good, and candidates have no use for either.
  for (const name of ['Atomics', 'SharedArrayBuffer', 'WebAssembly']) Reflect.deleteProperty(globalThis, name);
  const commonJs = { exports: {} };
  Object.assign(globalThis, { module: commonJs, exports: commonJs.exports });

  let reply = '';
  let foreign = '';
  const refuse = (what: string): never => {
    foreign = what;
    throw foreign;
  };
  /** Lets through what JSON can say exactly; `JSON.stringify` alone would turn NaN into null and a Map into {}. */
  function check(this: unknown, _key: string, value: unknown): unknown {
    if (typeof value === 'number') return isNumber(value) ? value : refuse(`${value}`);
    if (typeof value === 'undefined') return isArray(this) ? refuse('undefined in an array') : value;
    if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') {
      return refuse(`a ${typeof value}`);
    }
    if (typeof value === 'object' && value !== null && !isArray(value)) {
      const prototype = getPrototypeOf(value);
      if (prototype !== plain && prototype !== null && keys(value).length === 0) refuse('an object without fields');
    }
    return value;
  }
  const text = (error: unknown): string => {
    try {
      return apply(slice, `${error}`, [0, 500]) as string;
    } catch {
      return 'an exception without a message';
    }
  };
  const encode = (value: unknown): string => {
    if (value === undefined) refuse('undefined');
    const json = stringify(value, check);
    // `toJSON` may give undefined.
    if (json === undefined) return refuse('undefined');
    return json.length > maximum ? 'l' : `v${json}`;
  };
  const answer = async (entry: (...args: unknown[]) => unknown, args: string, nonce: string): Promise<void> => {
    try {
      reply = nonce + encode(await apply(entry, undefined, parse(args) as unknown[]));
    } catch (error) {
      reply = nonce + (foreign !== '' && error === foreign ? `f${foreign}` : `t${text(error)}`);
    }
  };
  return {
    call: (entry, args, nonce) => void answer(entry, args, nonce),
    collect: () => reply,
  };
}
