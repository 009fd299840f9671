/**
 * Answer: the output's SQL gives the rows that the expected query gives, on every database. Both run on SQLite in a child
 * process, each on a database of its own, so no statement of the candidate's can touch what it is compared with.
 *
 * Rows are multisets: a missing DISTINCT is wrong. Their order counts only where the expected query orders at its top level;
 * ties are then in SQLite's own order, so let an expected ORDER BY decide every row. Columns may come in another order, the
 * same one on every database, and under any name. Give two databases or more: one often cannot tell a right query from a
 * wrong one.
 */

import {
  excerpt,
  isProofstillError,
  ProofstillError,
  type QueryEnded,
  queryInSandbox,
  requireSandboxIsolation,
  type Sample,
  type Verifier,
} from 'proofstill';
import { answerVerifier, type Finding, fail, PASS, unscored, versionOf, wholeAnswer } from './answer-rule.ts';
import { codeIn } from './code-block.ts';
import { differenceOfRows, type Rows } from './same-rows.ts';

export interface SqlOptions {
  /** Statements that make the tables of every database. @default the sample's `meta.schema`, else nothing */
  readonly schema?: string;
  /** For each database, the statements that fill it. @default the sample's `meta.databases` */
  readonly databases?: readonly string[];
  /** Milliseconds of wall clock for one query on one database. @default 5000 */
  readonly deadlineMs?: number;
  /** Refuses to run SQL where the sandbox cannot close the network. @default false */
  readonly requireIsolation?: boolean;
}

interface Asked {
  readonly query: string;
  /** For each database, the statements that make and fill it. */
  readonly setups: readonly string[];
}

interface Limits {
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

const NAME = 'sql';
/** Where the sandbox's word for how a query ended is not the reason. */
const REASONS: Readonly<Record<string, string>> = { 'bad-query': 'sql-error', 'no-statement': 'no-query' };
const EXPECTED_KEPT = 1_000;
/** Everything in which a word is no keyword; what is not closed goes to the end, or the search would be quadratic. */
const QUOTED =
  /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;
const QUERY = /^[\s(]*(?:select|with|values)\b/i;

/**
 * Compares an answer, one SELECT, WITH or VALUES statement, with the query in `expected`. The code is found as
 * {@link codeIn} says. An expected query that fails, or gives no row on any database, is `unscored('bad-expected')`; no
 * database, or one that cannot be set up, `unscored('bad-databases')`; without a sandbox it is `unscored('no-sandbox')`.
 * @throws ProofstillError `config` for a deadline that is none, and where the network must be closed and cannot be.
 */
export function sql(options: SqlOptions = {}): Verifier {
  const { deadlineMs = 5_000, requireIsolation = false } = options;
  if (!(deadlineMs >= 1 && deadlineMs <= 600_000)) {
    throw new ProofstillError('config', `sql expects deadlineMs to be from 1 to 600000, got ${deadlineMs}`);
  }
  if (requireIsolation) requireSandboxIsolation();
  /** Expected rows by set-up and query: many answers are compared with them. */
  const known = new Map<string, QueryEnded>();
  return answerVerifier({
    name: NAME,
    version: versionOf('1', { schema: options.schema, databases: options.databases, deadlineMs }),
    read: wholeAnswer,
    judgeOf: (sample) => {
      const asked = askedOf(sample, options);
      if ('status' in asked) return asked;
      return async (answer, { policy, signal }) => {
        const found = codeIn(answer, policy);
        if ('reason' in found) return fail(found.reason);
        if (!QUERY.test(unquoted(found.code))) return fail('no-query');
        try {
          const expected = await expectedOf(asked, known, { deadlineMs, signal });
          return 'status' in expected ? expected : await compare(asked, expected, found.code, { deadlineMs, signal });
        } catch (error) {
          if (!isProofstillError(error, 'verifier')) throw error;
          return unscored('no-sandbox', [error.message, error.hint].filter(Boolean).join('. '));
        }
      };
    },
  });
}

/** The expected rows on every database, or what is wrong with the sample. */
async function expectedOf(asked: Asked, known: Map<string, QueryEnded>, limits: Limits): Promise<Rows[] | Finding> {
  const results: Rows[] = [];
  for (const [index, setup] of asked.setups.entries()) {
    const key = JSON.stringify([setup, asked.query]);
    const ended = known.get(key) ?? (await queryInSandbox(setup, asked.query, limits));
    const place = `database ${index + 1} of ${asked.setups.length}`;
    if (ended.kind === 'bad-setup') return unscored('bad-databases', `${place}: ${excerpt(ended.message)}`);
    if (ended.kind !== 'rows') return unscored('bad-expected', `${place}: ${messageIn(ended) ?? ended.kind}`);
    if (known.size >= EXPECTED_KEPT) known.clear();
    known.set(key, ended);
    results.push(ended);
  }
  if (results.some(({ rows }) => rows.length > 0)) return results;
  return unscored('bad-expected', 'it gives no row on any database');
}

async function compare(asked: Asked, expected: readonly Rows[], query: string, limits: Limits): Promise<Finding> {
  const results: Rows[] = [];
  for (const [index, setup] of asked.setups.entries()) {
    const ended = await queryInSandbox(setup, query, limits);
    if (ended.kind !== 'rows') return fail(REASONS[ended.kind] ?? ended.kind, messageIn(ended));
    const [wanted, got] = [expected[index] as Rows, ended];
    if (wanted.columns !== got.columns) {
      return fail('wrong-columns', `expected ${wanted.columns} columns, got ${got.columns}`);
    }
    if (wanted.rows.length !== got.rows.length) {
      const place = `on database ${index + 1} of ${asked.setups.length}`;
      return fail('wrong-rows', `expected ${wanted.rows.length} rows ${place}, got ${got.rows.length}`);
    }
    results.push(got);
  }
  const reason = differenceOfRows(joined(expected), joined(results), ordersRows(asked.query));
  return reason ? fail(reason) : PASS;
}

/** Results of all databases as one, each row with its database's number in front: one order of columns serves for all. */
function joined(results: readonly Rows[]): Rows {
  return {
    columns: 1 + (results[0]?.columns ?? 0),
    rows: results.flatMap(({ rows }, index) => rows.map((row) => [`${index}`, ...row])),
  };
}

/** Whether a query orders its own rows: ORDER BY outside all brackets, so not a subquery's, a window's or an aggregate's. */
function ordersRows(query: string): boolean {
  let depth = 0;
  for (const [token] of unquoted(query).matchAll(/[()]|\border\s+by\b/gi)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else if (depth === 0) return true;
  }
  return false;
}

function unquoted(query: string): string {
  return query.replace(QUOTED, ' ');
}

function messageIn(ended: QueryEnded): string | undefined {
  return 'message' in ended ? excerpt(ended.message) : undefined;
}

function askedOf({ meta, expected }: Sample, options: SqlOptions): Asked | Finding {
  if (!expected?.trim()) return unscored('bad-expected', 'the sample has no expected query');
  const schema = options.schema ?? meta?.['schema'] ?? '';
  const databases: unknown = options.databases ?? meta?.['databases'];
  if (typeof schema !== 'string') return unscored('bad-databases', 'expected meta.schema to be SQL text');
  if (!Array.isArray(databases) || databases.length === 0 || databases.some((one) => typeof one !== 'string')) {
    return unscored('bad-databases', 'expected meta.databases to be a list of SQL texts, at least one');
  }
  return { query: expected, setups: databases.map((one) => `${schema};\n${one}`) };
}
