import { describe, expect, it } from 'vitest';
import type { Sample } from '../core/sample.ts';
import { defineSuite } from '../core/suite.ts';
import { verdictOf } from '../core/verdict.ts';
import { committedProblems, shortfall } from './committed.ts';
import { isSteer, steerSamples } from './steer.ts';

const sample = (area: string, split: Sample['split'], number: number): Sample => {
  const name = `${area}${number}`;
  return {
    id: `${split}-${name}`,
    suite: 'letters',
    area,
    split,
    prompt: name,
    expected: name,
    key: `${split} ${name}`,
  };
};
const many = (area: string, split: Sample['split'], count: number) =>
  Array.from({ length: count }, (_, number) => sample(area, split, number));

const suite = defineSuite({
  name: 'letters',
  version: '1',
  areas: ['a', 'b'],
  chance: 0,
  samples: [
    ...many('a', 'train', 5),
    ...many('b', 'train', 2),
    ...many('a', 'steer', 30),
    ...many('b', 'steer', 4),
    ...many('a', 'holdout', 9),
  ],
  verify: { name: 'any', version: '1', verify: () => verdictOf([]) },
  key: ({ prompt }) => prompt,
});
const invented = ['x', 'y'].map((name) => {
  return { id: `invented-1-b-${name}`, problem: { area: 'b', prompt: name, expected: name, key: name } };
});
const base = {
  suite,
  allocation: { a: 3, b: 3 },
  round: 1,
  seed: 1,
  invented: [],
  asked: new Set<string>(),
  learnt: new Set<string>(),
};

describe('the problems of a suite that makes none', () => {
  it('are its train samples, as many as an area is given and has, each once', () => {
    const problems = committedProblems(base);
    expect(problems.map(({ problem }) => problem.area)).toEqual(['a', 'a', 'a', 'b', 'b']);
    expect(new Set(problems.map(({ id }) => id)).size).toBe(5);
    expect(problems.every(({ id, problem }) => id === `train-train-${problem.prompt}`)).toBe(true);
    expect(committedProblems(base)).toEqual(problems);
  });

  it('are invented ones only where no committed one is left that was not asked', () => {
    const ofB = (asked: string[]) =>
      committedProblems({ ...base, invented, asked: new Set(asked) }).flatMap(({ id, problem }) =>
        problem.area === 'b' ? [id] : [],
      );
    expect(ofB([]).slice(0, 2).sort()).toEqual(['train-train-b0', 'train-train-b1']);
    expect(ofB([])[2]).toBe('invented-1-b-x');
    expect(ofB(['train b0', 'train b1']).slice(0, 2)).toEqual(['invented-1-b-x', 'invented-1-b-y']);
  });

  it('come again under another name where nothing else is left, those first from which nothing was learnt', () => {
    const asked = new Set(['train b0', 'train b1', 'x', 'y']);
    const again = committedProblems({ ...base, round: 3, invented, asked, learnt: new Set(['train b1', 'x']) });
    const ids = again.flatMap(({ id, problem }) => (problem.area === 'b' ? [id] : []));
    expect(ids.slice(0, 2)).toEqual(['again-3-train-train-b0', 'again-3-invented-1-b-y']);
    expect(ids).toHaveLength(3);
  });

  it('are missing as far as those that were not asked do not reach', () => {
    const allocation = { a: 7, b: 3 };
    expect(shortfall({ suite, allocation, invented: [], asked: new Set() })).toEqual({ a: 2, b: 1 });
    expect(shortfall({ suite, allocation, invented, asked: new Set(['train a1', 'x']) })).toEqual({ a: 3, b: 0 });
  });
});

describe('the steer samples of such a suite', () => {
  const options = { suite, round: 1, perArea: 10, seed: 1, target: 0.7 };

  it('are its own, the same in every round, as many of each area as are wanted', () => {
    const samples = steerSamples(options);
    expect(samples.every(isSteer)).toBe(true);
    expect(samples.filter(({ area }) => area === 'a')).toHaveLength(10);
    expect(samples.filter(({ area }) => area === 'b')).toHaveLength(4);
    expect(steerSamples({ ...options, round: 2 })).toEqual(samples);
    expect(steerSamples({ ...options, seed: 2 })).not.toEqual(samples);
  });

  // 0.95·1.96²/0.05 = 72.99; 0.85·1.96²/0.15 = 21.8. Ten of each area are 14, all of them 34.
  it.each([
    [0.95, 73, 'more samples of split steer'],
    [0.85, 22, 'Raise steerSamples'],
  ])('that cannot show %d are refused, with what to do', (target, needed, hint) => {
    const message = `14 steer samples cannot show ${target}: even a perfect score needs ${needed}`;
    expect(() => steerSamples({ ...options, target })).toThrow(
      expect.objectContaining({ message, hint: expect.stringContaining(hint) }),
    );
  });
});
