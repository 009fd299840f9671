import fc from 'fast-check';
import { isProofstillError, type Sample } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { verifierConformance } from './conformance.ts';
import { judge, outputOf, sampleOf } from './fixtures/judging.ts';
import { sql } from './sql.ts';

/** Made-up outputs to judge: `PROOFSTILL_FUZZ=10000 npx vitest run verifiers/sql.test.ts` takes many minutes. */
const RUNS = Number(process.env['PROOFSTILL_FUZZ'] ?? 30);
const schema = 'CREATE TABLE staff(name TEXT, team TEXT, pay REAL, boss TEXT)';
const databases = [
  "INSERT INTO staff VALUES ('Ann','a',10,NULL),('Bob','a',5,'Ann'),('Cid','b',7,'Ann'),('Dee','b',7,'Cid')",
  "INSERT INTO staff VALUES ('Eve','a',1,NULL),('Fay','c',0.1,'Eve'),('Gus','c',0.2,'Eve')",
];
const sampleFor = (expected: string, meta: Sample['meta'] = { schema, databases }): Sample =>
  sampleOf({ suite: 'sql', prompt: 'Query.', expected, ...(meta ? { meta } : {}) });
const judged = (expected: string, query: string): Promise<string> =>
  judge(sql({ deadlineMs: 2_000 }), `<think>t</think><answer>\n\`\`\`sql\n${query}\n\`\`\`\n</answer>`, {
    sample: sampleFor(expected),
  });

describe('sql', () => {
  it.each([
    ['SELECT name FROM staff', 'select s.name as who from staff s order by 1 desc;'],
    ['SELECT name, pay FROM staff', 'SELECT pay, name FROM staff'],
    ['SELECT team, SUM(pay) FROM staff GROUP BY team', 'SELECT SUM(pay), team FROM staff GROUP BY 2 -- by team'],
    // 0.1 + 0.2 is 0.30000000000000004 in doubles.
    [
      "SELECT 0.3 FROM staff WHERE team = 'c' LIMIT 1",
      "SELECT SUM(pay) FROM staff WHERE team = 'c' AND pay < 1 GROUP BY team",
    ],
    ['SELECT COUNT(*) FROM staff', 'SELECT COUNT(*) * 1.0 FROM staff'],
    [
      'SELECT name FROM staff WHERE boss IS NULL',
      '/* top */ WITH t AS (SELECT * FROM staff) SELECT name FROM t WHERE boss IS NULL',
    ],
    ['SELECT name FROM staff ORDER BY name', 'SELECT name FROM staff ORDER BY name ASC'],
    ['SELECT name FROM (SELECT name FROM staff ORDER BY pay)', 'SELECT name FROM staff ORDER BY name DESC'],
    ["SELECT 'order by' FROM staff -- order by\n", "SELECT 'order by' FROM staff"],
    [
      'SELECT name, ROW_NUMBER() OVER (ORDER BY name) FROM staff',
      'SELECT ROW_NUMBER() OVER (ORDER BY name), name FROM staff ORDER BY 1 DESC',
    ],
    ["VALUES (1, 'a'), (2, NULL)", "SELECT 2, NULL UNION ALL SELECT 1, 'a'"],
  ])('%s passes %s', async (expected, query) => {
    expect(await judged(expected, query)).toBe('pass');
  });

  it.each([
    ['SELECT team FROM staff', 'SELECT DISTINCT team FROM staff', 'wrong-rows'],
    ['SELECT DISTINCT team FROM staff', 'SELECT team FROM staff', 'wrong-rows'],
    ['SELECT name FROM staff ORDER BY name', 'SELECT name FROM staff ORDER BY name DESC', 'wrong-order'],
    ['SELECT name FROM staff', 'SELECT name, pay FROM staff', 'wrong-columns'],
    // Right on the second database only: there all who earn least have a boss.
    ['SELECT name FROM staff WHERE boss IS NULL', "SELECT name FROM staff WHERE name = 'Eve'", 'wrong-rows'],
    // Right on the first database only.
    [
      "SELECT name FROM staff WHERE pay > 6 AND team = 'b'",
      "SELECT name FROM staff WHERE team = 'b' OR team = 'c'",
      'wrong-rows',
    ],
    // The columns are swapped on one database and not on the other: no one order serves for both.
    [
      'SELECT 1, 2 FROM staff',
      "SELECT CASE WHEN EXISTS (SELECT 1 FROM staff WHERE name = 'Ann') THEN 2 ELSE 1 END, CASE WHEN EXISTS (SELECT 1 FROM staff WHERE name = 'Ann') THEN 1 ELSE 2 END FROM staff",
      'wrong-rows',
    ],
    ['SELECT 9007199254740993', 'SELECT 9007199254740992', 'wrong-rows'],
    ["SELECT '1'", 'SELECT 1', 'wrong-rows'],
    ["SELECT 'Ann'", "SELECT 'ann'", 'wrong-rows'],
    ['SELECT NULL', "SELECT 'null'", 'wrong-rows'],
    ["SELECT x'00'", "SELECT '00'", 'wrong-rows'],
    ['SELECT name FROM staff', 'SELECT nam FROM staff', 'sql-error'],
    ['SELECT name FROM staff', 'SELECT name FROM', 'sql-error'],
    ['SELECT name FROM staff', 'DELETE FROM staff', 'no-query'],
    ['SELECT name FROM staff', 'SELECT 1; SELECT name FROM staff', 'several-statements'],
    ['SELECT name FROM staff', 'ATTACH "x" AS y', 'no-query'],
    ['SELECT name FROM staff', '-- SELECT name FROM staff', 'no-query'],
    ['SELECT name FROM staff', '', 'no-code'],
  ])('for %s, %s is %s', async (expected, query, reason) => {
    expect(await judged(expected, query)).toBe(reason);
  });

  it.each([
    [
      'endless recursion',
      'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT COUNT(*) FROM c',
      'timed-out',
    ],
    [
      'endless rows',
      'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c',
      'too-many-rows',
    ],
    ['a huge text', "SELECT LENGTH(PRINTF('%.*c', 900000000, 'x'))", 'out-of-memory'],
    ['a huge blob', 'SELECT ZEROBLOB(900000000)', 'out-of-memory'],
    ['deep brackets', `SELECT ${'('.repeat(40_000)}1${')'.repeat(40_000)}`, 'sql-error'],
    ['a cross join of everything', `SELECT COUNT(*) FROM staff a${', staff'.repeat(40)}`, 'timed-out'],
  ])('%s ends by its deadline, and the next query is judged', async (_what, query, reason) => {
    expect(await judged('SELECT name FROM staff', query)).toBe(reason);
    expect(await judged('SELECT name FROM staff', 'SELECT name FROM staff')).toBe('pass');
  });

  it('a text that doubles ends one way or another', async () => {
    const query = "WITH RECURSIVE c(x) AS (SELECT 'a' UNION ALL SELECT x || x FROM c) SELECT LENGTH(x) FROM c";
    expect(await judged('SELECT 1', query)).toMatch(/^(?:timed-out|out-of-memory|sql-error)$/);
  });

  it.each([
    ['no expected query', { expected: ' ' }, 'bad-expected'],
    ['an expected query that fails', { expected: 'SELECT x FROM staff' }, 'bad-expected'],
    ['an expected query without rows anywhere', { expected: 'SELECT 1 FROM staff WHERE 0' }, 'bad-expected'],
    ['no databases', { meta: { schema } }, 'bad-databases'],
    ['an empty list of databases', { meta: { databases: [] } }, 'bad-databases'],
    ['a database that cannot be filled', { meta: { databases: ['INSERT INTO nobody VALUES (1)'] } }, 'bad-databases'],
    ['a schema that is no text', { meta: { schema: 1, databases } }, 'bad-databases'],
  ])('%s is unscored', async (_what, part, reason) => {
    const sample = { ...sampleFor('SELECT 1'), ...part };
    const verdict = await sql().verify(sample, outputOf('SELECT 1'), { policy: 'score' });
    expect(verdict).toMatchObject({ status: 'unscored', reason });
  });

  it('takes schema and databases of its options before those of the sample', async () => {
    const verifier = sql({ schema: 'CREATE TABLE t(a)', databases: ['INSERT INTO t VALUES (7)'] });
    expect(await judge(verifier, 'SELECT 7', { sample: sampleFor('SELECT a FROM t') })).toBe('pass');
  });

  it('a deadline that is none is a config error', () => {
    expect(() => sql({ deadlineMs: -1 })).toThrow(expect.toSatisfy((error) => isProofstillError(error, 'config')));
  });

  it('reads quotes that are never closed in one pass', async () => {
    for (const mark of ["'", '"', '`', '[', '/*', '(', "''", '--']) {
      expect(await judged('SELECT 1', `x${mark.repeat(30_000)}`)).toBe('no-query');
    }
  });
});

describe('the contract of verifiers', () => {
  const sample = sampleFor('SELECT name FROM staff');

  it('is kept on hostile outputs', async () => {
    expect(await verifierConformance(sql(), sample)).toEqual([]);
  });

  /** Queries of a sort: every piece can follow every other, and most of them do not go together. */
  const pieces = fc.constantFrom(
    ...[
      '<answer>',
      '</answer>',
      '```sql\n',
      '\n```\n',
      'SELECT ',
      'name',
      'pay',
      '*',
      ' FROM staff',
      ' WHERE ',
      ' ORDER BY ',
      ',',
    ],
    ...[
      ' GROUP BY ',
      ' HAVING ',
      ' UNION ALL ',
      'VALUES ',
      '(',
      ')',
      "'",
      '"',
      '[',
      '`',
      '/*',
      '--',
      ';',
      '\n',
      '\0',
      '\ud800',
      '1e999',
    ],
    ...[
      "x'0'",
      'NULL',
      ' JOIN staff USING (name)',
      ' LIMIT ',
      '-1',
      '9223372036854775808',
      ' LIKE ',
      'COUNT(*)',
      ' AS ',
      'WITH t AS ',
    ],
    ...[
      'PRAGMA ',
      'ATTACH ',
      'ZEROBLOB(1e9)',
      'DELETE ',
      ' RETURNING *',
      '?',
      ':a',
      '||',
      ' OVER ()',
      'RECURSIVE ',
      ' COLLATE x',
    ],
  );
  const query = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));
  const text = fc.oneof(
    query.map((rest) => `<answer>SELECT ${rest}</answer>`),
    query,
    fc.string({ unit: 'binary', maxLength: 200 }).map((noise) => `<answer>SELECT ${noise}</answer>`),
  );

  it('is kept on made-up queries', async () => {
    const texts = fc.sample(text, { numRuns: RUNS, seed: 20_260_103 });
    expect(await verifierConformance(sql(), sample, texts)).toEqual([]);
  }, 7_200_000);
});
