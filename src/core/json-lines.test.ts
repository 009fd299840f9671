import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseJsonLines } from './json-lines.ts';

const schema = z.strictObject({ id: z.string(), n: z.number() });

it('blank lines and Windows line ends are no records', () => {
  expect(parseJsonLines('{"id":"a","n":1}\r\n\n{"id":"b","n":2}\n', schema, 'x.jsonl')).toEqual([
    { id: 'a', n: 1 },
    { id: 'b', n: 2 },
  ]);
});

it.each([
  ['a line that is not JSON', '{"id":"a","n":1}\n{"id":', 'x.jsonl:2'],
  ['an unknown key', '{"id":"a","n":1,"m":2}', 'x.jsonl:1'],
  ['a missing key', '\n\n{"id":"a"}', 'x.jsonl:3'],
])('%s is a record error with its file and line', (_name, text, place) => {
  expect(() => parseJsonLines(text, schema, 'x.jsonl')).toThrow(expect.objectContaining({ code: 'record', place }));
});
