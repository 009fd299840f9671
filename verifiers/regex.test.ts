import { isProofstillError } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { verifierConformance } from './conformance.ts';
import { fuzzedTexts } from './fixtures/fuzz.ts';
import { judge, sampleOf } from './fixtures/judging.ts';
import { disagreementsOf } from './fixtures/labelled.ts';
import { regex } from './regex.ts';

describe('regex', () => {
  it('judges its labelled table as labelled', async () => {
    expect(await disagreementsOf('regex', regex)).toEqual([]);
  });

  it.each([
    [{ pattern: '(' }, '(', 'Unterminated group'],
    [{ pattern: '[z-a]' }, '[z-a]', 'out of order'],
    [{ pattern: 'a', flags: 'g' }, 'g', 'expected flags'],
    [{ pattern: 'a', flags: 'uv' }, 'a', 'Invalid flags'],
    [{ pattern: 'a)|(b' }, 'a)|(b', 'Unmatched'],
  ])('%j is an error of the suite that names the pattern and what is wrong', (options, shown, fault) => {
    const build = () => regex(options);
    expect(build).toThrow(expect.toSatisfy((error: unknown) => isProofstillError(error, 'suite')));
    expect(build).toThrow(shown);
    expect(build).toThrow(fault);
  });

  it.each(['(', '', '   '])('a sample whose pattern is %j is unscored', async (expected) => {
    expect(await judge(regex(), '<answer>a</answer>', { sample: sampleOf({ expected }) })).toBe('bad-expected');
  });

  it('a match that does not end is the fault of the pattern, and the next one is judged as ever', async () => {
    const catastrophic = regex({ pattern: '(a+)+b', deadlineMs: 200 });
    expect(await judge(catastrophic, `<answer>${'a'.repeat(60)}</answer>`)).toBe('timed-out');
    expect(await judge(catastrophic, '<answer>aab</answer>')).toBe('pass');
  });

  it('refuses an answer beyond the limits before any match', async () => {
    expect(await judge(regex({ pattern: 'a+' }), `<answer>${'a'.repeat(262_145)}</answer>`)).toBe('too-long');
  });

  it('keeps the contract of verifiers', async () => {
    const texts = fuzzedTexts(['12', 'a', '-', '.*', '\u2028', '\ud800'], 60);
    expect(await verifierConformance(regex({ pattern: '[a-z0-9-]+' }), sampleOf(), texts)).toEqual([]);
  });
});
