/**
 * In the child: one SQL statement on a fresh SQLite database, in a fresh instance of SQLite, for a database file or a limit
 * that one candidate's statement leaves behind would meet the next.
 *
 * Every cell is one text: `null`; `n:` and a number; `t:` and a text; `b:` and bytes in hex. Integers are exact. A real is
 * rounded to 12 significant digits, since sums depend on the order of the rows, and a real without a fraction is the same
 * number as the integer.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { messageOf } from './message.ts';
import type { Jobs, ResultOf } from './protocol.ts';
import { within } from './within.ts';

type Value = number | bigint | string | Uint8Array | null;

/** The part of sql.js that is used. @see https://sql.js.org/documentation/ */
interface Statement {
  step(): boolean;
  get(parameters: null, config: { readonly useBigInt: true }): Value[];
  getColumnNames(): string[];
}
interface Database {
  exec(sql: string): unknown;
  iterateStatements(sql: string): Iterable<Statement>;
}
interface SqlJs {
  readonly Database: new () => Database;
}
type Start = (options: object) => Promise<SqlJs>;

/** Node has it; its types for Node 20 have not. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** Bytes that SQLite may have at one time; a statement can lower it but never raise it. */
const MEMORY_BYTES = 128 * 2 ** 20;
/** Characters of all cells together. */
const MAXIMUM_CHARACTERS = 4_000_000;

let compiled: object | undefined;

export async function runQuery(
  library: string,
  { setup, query, maximumRows }: Jobs['query'],
  deadlineMs: number,
): Promise<ResultOf<'query'>> {
  const end = performance.now() + deadlineMs;
  const database = new (await start(library)).Database();
  database.exec(`PRAGMA hard_heap_limit=${MEMORY_BYTES}`);
  const failed = failure(() => within(end - performance.now(), () => database.exec(setup)));
  if (failed) return failed.kind === 'failed' ? { kind: 'bad-setup', message: failed.message } : failed;
  let result: ResultOf<'query'> = { kind: 'no-statement' };
  const stopped = failure(() =>
    within(end - performance.now(), () => {
      result = rowsOf(database, query, maximumRows);
    }),
  );
  return stopped?.kind === 'failed' ? { kind: 'bad-query', message: stopped.message } : (stopped ?? result);
}

function rowsOf(database: Database, query: string, maximumRows: number): ResultOf<'query'> {
  let result: ResultOf<'query'> = { kind: 'no-statement' };
  for (const statement of database.iterateStatements(query)) {
    if (result.kind !== 'no-statement') return { kind: 'several-statements' };
    const rows: string[][] = [];
    let characters = 0;
    while (statement.step()) {
      const row = statement.get(null, { useBigInt: true }).map(cellOf);
      characters += row.reduce((sum, { length }) => sum + length, 0);
      if (rows.push(row) > maximumRows || characters > MAXIMUM_CHARACTERS) return { kind: 'too-many-rows' };
    }
    result = { kind: 'rows', columns: statement.getColumnNames().length, rows };
  }
  return result;
}

function cellOf(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `t:${value}`;
  if (typeof value === 'bigint') return `n:${value}`;
  if (typeof value !== 'number') return `b:${Buffer.from(value).toString('hex')}`;
  if (!Number.isFinite(value)) return `n:${value}`;
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(12));
  return Number.isInteger(rounded) ? `n:${BigInt(rounded)}` : `n:${rounded}`;
}

/** How work ended other than well: by the deadline, for want of memory, or by an error of SQLite's. */
function failure(
  work: () => { readonly kind: 'ended' | 'timed-out' },
):
  | { readonly kind: 'timed-out' | 'out-of-memory' }
  | { readonly kind: 'failed'; readonly message: string }
  | undefined {
  try {
    const { kind } = work();
    return kind === 'timed-out' ? { kind } : undefined;
  } catch (error) {
    const message = messageOf(error);
    return message === 'out of memory' ? { kind: 'out-of-memory' } : { kind: 'failed', message };
  }
}

/** A new instance of SQLite: the module's own code keeps the first one for ever, so it is read anew as well. */
async function start(library: string): Promise<SqlJs> {
  const require = createRequire(import.meta.url);
  compiled ??= new WebAssembly.Module(readFileSync(library.replace(/\.js$/, '.wasm')));
  const module = compiled;
  delete require.cache[library];
  return (require(library) as Start)({
    instantiateWasm(imports: object, receive: (instance: object) => void) {
      const instance = new WebAssembly.Instance(module, imports);
      receive(instance);
      return instance.exports;
    },
  });
}
