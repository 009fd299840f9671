import { describe, expect, it } from 'vitest';
import { findVerifier } from '../named-verifiers.ts';
import type { LabelledRow } from '../verify/labelled.ts';
import { type LabelledTable, verifierOfTable } from './verifiers.ts';

const tableOf = (name: string): LabelledTable => ({ kind: 'cases', name, file: `${name}.jsonl` });
const row = (part: Partial<LabelledRow> = {}): LabelledRow => ({
  id: 'l-1',
  output: '42',
  pass: true,
  why: 'because',
  place: 'table.jsonl:7',
  ...part,
});

describe('a verifier by its name', () => {
  it.each([
    ['an export that is one', 'mathAnswer', 'math-answer'],
    ['its own name', 'math-answer', 'math-answer'],
    ['an export that makes one without options', 'exact', 'exact'],
  ])('is found: %s', async (_what, reference, name) => {
    expect((await findVerifier(reference)).name).toBe(name);
  });

  it.each([
    ['a misspelt one', 'mathAnser'],
    ['one that needs options', 'length'],
    ['one that needs other verifiers', 'allOf'],
    ['a function that makes none', 'verifierConformance'],
    ['what every object has', 'constructor'],
  ])('is refused: %s', async (_what, reference) => {
    await expect(findVerifier(reference)).rejects.toMatchObject({ code: 'config', place: '--with' });
  });
});

describe('the verifier of a table', () => {
  it('is made from the options of each row, once for the same ones', async () => {
    const verifierOf = await verifierOfTable(tableOf('exact'));
    const strict = verifierOf(row({ options: { caseSensitive: true } }));
    expect(verifierOf(row({ options: { caseSensitive: true } }))).toBe(strict);
    expect(verifierOf(row({ options: { caseSensitive: false } }))).not.toBe(strict);
  });

  it.each([
    ['regex', { pattern: '(' }],
    ['length', {}],
    ['json-schema', { type: 'no such type' }],
    ['template', { strict: true }],
  ])('%s from options that make none is a config error at the row', async (name, options) => {
    const verifierOf = await verifierOfTable(tableOf(name));
    expect(() => verifierOf(row({ options }))).toThrowError(
      expect.objectContaining({ code: 'config', place: 'table.jsonl:7' }),
    );
  });

  it.each(['no-such-verifier', 'to-string'])(
    '%s, which nobody exports, is a config error at the file',
    async (name) => {
      await expect(verifierOfTable(tableOf(name))).rejects.toMatchObject({ code: 'config', place: `${name}.jsonl` });
    },
  );
});
