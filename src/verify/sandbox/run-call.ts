/**
 * In the child: one call of a candidate's function in a fresh isolate. Only strings go in and out, as copies. The isolate has
 * no timers and no other source of events: a promise that is pending when all microtasks are done stays so, and is told at
 * once.
 */

import { createRequire } from 'node:module';
import { insideScript } from './inside.ts';
import type { Context, IsolatedVm, Reference } from './isolate-library.ts';
import { messageOf } from './message.ts';
import type { Jobs, ResultOf } from './protocol.ts';

const REFERENCE = { reference: true } as const;
/** What isolated-vm says at the time-out, and when an isolate has outgrown its memory. */
const TIMED_OUT = 'Script execution timed out.';
const OUT_OF_MEMORY = /disposed during execution due to memory limit/i;

export async function runCall(
  library: string | undefined,
  { script, entry, args, nonce, maximum, memoryMb }: Jobs['call'],
  deadlineMs: number,
): Promise<ResultOf<'call'>> {
  if (library === undefined) return { kind: 'unavailable', message: 'isolated-vm is not installed' };
  const { Isolate } = createRequire(import.meta.url)(library) as IsolatedVm;
  const end = performance.now() + deadlineMs;
  const remaining = () => ({ timeout: Math.max(1, Math.ceil(end - performance.now())) });
  const isolate = new Isolate({ memoryLimit: memoryMb });
  try {
    const context = await isolate.createContext();
    const inside = await context.eval(insideScript(maximum), REFERENCE);
    const [call, collect] = [await inside.get('call', REFERENCE), await inside.get('collect', REFERENCE)];
    let compiled: Awaited<ReturnType<typeof isolate.compileScript>>;
    try {
      compiled = await isolate.compileScript(script);
    } catch (error) {
      return stopOf(error) ?? { kind: 'syntax-error', message: messageOf(error) };
    }
    // By reference, or a script that ends in an object would be an error.
    await compiled.run(context, { ...REFERENCE, ...remaining() });
    const found = await entryOf(context, entry, remaining());
    if (found.typeof !== 'function') return { kind: 'missing-entry' };
    await call.apply(undefined, [found.derefInto(), args, nonce], remaining());
    return { kind: 'replied', reply: String(await collect.apply(undefined, [], remaining())) };
  } catch (error) {
    return stopOf(error) ?? { kind: 'threw', message: messageOf(error) };
  } finally {
    if (!isolate.isDisposed) isolate.dispose();
  }
}

/** The function by its name in the script's scope, or what the script exports by that name or by default. */
function entryOf(context: Context, entry: string, timed: { readonly timeout: number }): Promise<Reference> {
  const exported = `typeof module?.exports === 'function' ? module.exports : module?.exports?.${entry} ?? module?.exports?.default`;
  return context.eval(`typeof ${entry} === 'function' ? ${entry} : ${exported}`, { ...REFERENCE, ...timed });
}

function stopOf(error: unknown): { readonly kind: 'timed-out' | 'out-of-memory' } | undefined {
  const message = messageOf(error);
  if (message === TIMED_OUT) return { kind: 'timed-out' };
  return OUT_OF_MEMORY.test(message) ? { kind: 'out-of-memory' } : undefined;
}
