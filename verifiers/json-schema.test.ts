import { isProofstillError } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { verifierConformance } from './conformance.ts';
import { fuzzedTexts } from './fixtures/fuzz.ts';
import { judge, sampleOf } from './fixtures/judging.ts';
import { disagreementsOf } from './fixtures/labelled.ts';
import { type JsonSchema, jsonSchema } from './json-schema.ts';
import { readJson } from './json-text.ts';

const string = (pattern: string): JsonSchema => ({ type: 'string', pattern });

describe('jsonSchema', () => {
  it('judges its labelled table as labelled', async () => {
    expect(await disagreementsOf('json-schema', jsonSchema)).toEqual([]);
  });

  it.each<[string, JsonSchema, string]>([
    ['an unknown type', { type: 'objekt' }, '#/type'],
    [
      'a misspelt keyword',
      { type: 'object', properties: { a: { type: 'string', maxLenght: 3 } } },
      '#/properties/a/maxLenght',
    ],
    ['a keyword without its type', { properties: { a: { type: 'string' } } }, 'missing type "object"'],
    ['a format, which nothing here checks', { type: 'string', format: 'date' }, 'unknown format "date"'],
    ['a pattern that is none', { type: 'array', items: string('(') }, '#/items/pattern'],
    ['a reference to nothing', { type: 'array', items: { $ref: '#/$defs/a' } }, '#/$defs/a'],
    ['a reference to itself', { $ref: '#' }, 'call stack'],
    ['a schema that answers later', { $async: true, type: 'object' }, '$async'],
  ])('%s is an error of the suite with its place', (_what, schema, place) => {
    const read = (): string => {
      try {
        jsonSchema(schema);
        return 'no error';
      } catch (error) {
        if (!isProofstillError(error, 'suite')) throw error;
        return `${error.place} ${error.message}`;
      }
    };
    expect(read()).toContain(place);
  });

  it('reads draft 7 where the schema says so', async () => {
    const $schema = 'http://json-schema.org/draft-07/schema#';
    const pair = jsonSchema({
      $schema,
      type: 'array',
      items: [{ type: 'string' }, { type: 'number' }],
      minItems: 2,
      additionalItems: false,
    });
    expect(await judge(pair, '<answer>["a",1]</answer>')).toBe('pass');
    expect(await judge(pair, '<answer>[1,"a"]</answer>')).toBe('wrong-shape');
  });

  it('matches patterns under every keyword: what a negation must not match, and keys', async () => {
    const schema = jsonSchema({
      type: 'object',
      patternProperties: { '^n_': { type: 'number' } },
      additionalProperties: { type: 'string', not: { type: 'string', pattern: '^secret' } },
    });
    expect(await judge(schema, '<answer>{"n_1":1,"b":"public","c":"also"}</answer>')).toBe('pass');
    expect(await judge(schema, '<answer>{"n_1":"1"}</answer>')).toBe('wrong-shape');
    expect(await judge(schema, '<answer>{"b":"public","c":"secret plan"}</answer>')).toBe('wrong-shape');
  });

  it('a pattern that does not end is the fault of the suite, and other answers are judged meanwhile', async () => {
    const schema = jsonSchema(string('^(a+)+$'));
    const verdicts = [`"${'a'.repeat(60)}b"`, '"aaa"', '"b"'].map((answer) =>
      judge(schema, `<answer>${answer}</answer>`),
    );
    expect(await Promise.all(verdicts)).toEqual(['timed-out', 'pass', 'wrong-shape']);
  });

  it('keeps the contract of verifiers', async () => {
    const schema = jsonSchema({
      type: 'object',
      properties: { a: { type: 'array', items: { type: 'integer' } } },
      required: ['a'],
    });
    const texts = fuzzedTexts([
      '{"a":[1]}',
      '{',
      '"a"',
      ':',
      '[',
      ']',
      '1',
      'null',
      '"\\u0061"',
      '1e999',
      '```json\n',
      '"__proto__"',
    ]);
    expect(await verifierConformance(schema, sampleOf(), texts)).toEqual([]);
  });
});

describe('readJson', () => {
  it.each([
    ['{"a":{"a":1},"b":[{"a":1},{"a":2}]}', { a: { a: 1 }, b: [{ a: 1 }, { a: 2 }] }],
    ['"a:b,{"', 'a:b,{'],
    [' [1e2, -0.5] ', [100, -0.5]],
    ['{"a\\"b":1,"a":2}', { 'a"b': 1, a: 2 }],
  ])('reads %s', (text, value) => {
    expect(readJson(text)).toEqual({ value });
  });

  it.each([
    ['{"a":1,"a":1}', 'duplicate-key'],
    ['[{"a":1,"b":{"c":1,"c":2}}]', 'duplicate-key'],
    ['{"a":1,"\\u0061":2}', 'duplicate-key'],
    ['{"a":1,}', 'no-json'],
    ['{"a":"\n"}', 'no-json'],
    ['"open', 'no-json'],
    ['', 'no-json'],
    ['['.repeat(65), 'too-deep'],
    [`[${'0,'.repeat(4_096)}0]`, 'too-large'],
    [' '.repeat(65_537), 'too-long'],
  ])('refuses %.40s as %s', (text, reason) => {
    expect(readJson(text)).toMatchObject({ reason });
  });
});
