/**
 * In the child: types stripped and `export` turned into `exports`, by the Babel that jiti brings along and that this package
 * already depends on to load TypeScript. It knows all of TypeScript, enums and namespaces as well.
 */

import { createRequire } from 'node:module';
import { messageOf } from './message.ts';
import type { Jobs, ResultOf } from './protocol.ts';
import { within } from './within.ts';

interface Transformer {
  transform(options: { readonly source: string; readonly ts: boolean }): string;
}

/** What jiti puts in place of code that it cannot parse; all that it makes of other code begins with a directive. */
const FAULT = 'exports.__JITI_ERROR__ = ';

let transformer: Transformer | undefined;

export function runCompile(
  jiti: string,
  { source, isTypeScript }: Jobs['compile'],
  deadlineMs: number,
): ResultOf<'compile'> {
  const compiler = loadTransformer(jiti);
  try {
    const ended = within(deadlineMs, () => compiler.transform({ source, ts: isTypeScript }));
    if (ended.kind === 'timed-out') return ended;
    if (!ended.value.startsWith(FAULT)) return { kind: 'compiled', script: ended.value };
    const { message, line } = JSON.parse(ended.value.slice(FAULT.length)) as { message: string; line: number };
    return { kind: 'syntax-error', message: messageOf(`${message.trim()} (line ${line})`) };
  } catch (error) {
    return { kind: 'syntax-error', message: messageOf(error) };
  }
}

function loadTransformer(jiti: string): Transformer {
  const { createJiti } = createRequire(import.meta.url)(jiti) as {
    createJiti(id: string, options: object): Transformer;
  };
  transformer ??= createJiti(jiti, { fsCache: false, moduleCache: false });
  return transformer;
}
