import { readSamples, splitOfKey } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { drawSamples } from './draw.ts';
import { AREAS, keysOf } from './problems.ts';

const samples = drawSamples();
const holdout = samples.filter((sample) => sample.split === 'holdout');
const stretch = samples.filter((sample) => sample.split === 'stretch');

describe('the committed samples', () => {
  it('are what the script draws', () => {
    const committed = readSamples(new URL('samples.jsonl', import.meta.url), 'quadratics');
    expect(committed).toEqual(samples.map((sample) => ({ ...sample, suite: 'quadratics' })));
  });

  it('begin with x²-5x+6=0', () => {
    expect(samples[0]).toMatchObject({ id: 'q-0001', prompt: 'Solve x^2-5x+6=0', expected: 'x=2, x=3' });
  });

  it('have at least 400 holdout problems, no key twice, all of the holdout split by their hash', () => {
    expect(holdout.length).toBeGreaterThanOrEqual(400);
    expect(new Set(holdout.map((sample) => sample.key)).size).toBe(holdout.length);
    expect(holdout.every((sample) => splitOfKey(sample.key) === 'holdout')).toBe(true);
  });

  it('cover every area with at least 20 holdout problems', () => {
    for (const area of AREAS) {
      expect(holdout.filter((sample) => sample.area === area).length).toBeGreaterThanOrEqual(20);
    }
  });

  it('have 60 stretch problems outside the range of every area', () => {
    const known = new Set(AREAS.flatMap(keysOf));
    expect(stretch).toHaveLength(60);
    expect(stretch.some((sample) => known.has(sample.key))).toBe(false);
  });
});
