import { describe, expect, it } from 'vitest';
import type { Model } from '../core/output.ts';
import { randomStream } from '../core/seed.ts';
import { defineSuite, splitOfKey } from '../core/suite.ts';
import { verdictOf } from '../core/verdict.ts';
import { referenceModel } from '../model/reference.ts';
import { drawProblems } from './draw.ts';
import { type Generated, generate } from './generate.ts';

/** Sums of two numbers below `sizes[area]`; `1+2` and `2+1` are two prompts of one key. */
const sizes: Record<string, number> = { small: 6, large: 1000 };
const sums = defineSuite({
  name: 'sums',
  version: '1',
  areas: ['small', 'large'],
  chance: 0,
  samples: [],
  verify: { name: 'any', version: '1', verify: () => verdictOf([]) },
  key: ({ prompt }) =>
    prompt
      .split('+')
      .map(Number)
      .sort((a, b) => a - b)
      .join('+'),
  problem(area, random) {
    const prompt = `${random.int(1, sizes[area] as number)}+${random.int(1, sizes[area] as number)}`;
    return { area, prompt, key: this.key({ prompt }) };
  },
  solve: ({ prompt }, random) => `${prompt} by method ${random.int(0, 1e9)}`,
});

const base = {
  suite: sums,
  teacher: referenceModel(sums),
  allocation: { large: 100, small: 3 },
  round: 1,
  candidates: 2,
  seed: 5,
  temperature: 1,
  topP: 1,
  maxTokens: 50,
};

async function all(options: Partial<Parameters<typeof generate>[0]> = {}): Promise<Generated[]> {
  const found: Generated[] = [];
  for await (const one of generate({ ...base, ...options })) found.push(one);
  return found;
}

describe('generation', () => {
  it('gives each area its problems, in the order of the suite, each with its own candidates', async () => {
    const found = await all();
    const areas = found.map(({ problem }) => problem.area);
    expect(areas).toEqual([...Array<string>(3).fill('small'), ...Array<string>(100).fill('large')]);
    for (const { problem, outputs } of found) {
      expect(outputs).toHaveLength(2);
      expect(outputs.every(({ text }) => text.startsWith(`${problem.prompt} by`))).toBe(true);
      expect(outputs[0]?.text).not.toBe(outputs[1]?.text);
    }
  });

  it('draws train problems only, none twice', async () => {
    const found = await all();
    expect(found.every(({ problem }) => splitOfKey(problem.key) === 'train')).toBe(true);
    expect(new Set(found.map(({ problem }) => problem.key)).size).toBe(103);
  });

  it('is the same for the same seed, and different for another round', async () => {
    const prompts = async (round: number) => (await all({ round })).map(({ problem }) => problem.prompt);
    expect(await prompts(1)).toEqual(await prompts(1));
    const first = new Set(await prompts(1));
    expect((await prompts(2)).filter((prompt) => first.has(prompt)).length).toBeLessThan(10);
  });

  it('reports progress in problems', async () => {
    const seen: string[] = [];
    await all({ allocation: { small: 2 }, onProgress: (done, total) => seen.push(`${done}/${total}`) });
    expect(seen).toEqual(['1/2', '2/2']);
  });

  it('a teacher that gives fewer outputs than asked for is a model error', async () => {
    const lazy: Model = {
      ...base.teacher,
      async *generate(requests, options) {
        yield* base.teacher.generate(requests.slice(1), options);
      },
    };
    await expect(all({ teacher: lazy })).rejects.toMatchObject({ code: 'model', place: 'reference:sums@1' });
  });

  it('stops once interrupted', async () => {
    const controller = new AbortController();
    const run = all({ signal: controller.signal, onProgress: () => controller.abort() });
    await expect(run).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('drawn problems', () => {
  // All keys of the small area that belong to train: a fact about the split, found by listing all 21.
  const keys = new Set<string>();
  for (let low = 1; low <= 6; low++) {
    for (let high = low; high <= 6; high++) {
      if (splitOfKey(`${low}+${high}`) === 'train') keys.add(`${low}+${high}`);
    }
  }
  const draw = (count: number, exclude = new Set<string>()) => [
    ...drawProblems({ suite: sums, area: 'small', split: 'train', count, random: randomStream(1, 'draw'), exclude }),
  ];

  it('use up every key before one comes again, and every prompt before that comes again', () => {
    expect(new Set(draw(keys.size).map(({ key }) => key))).toEqual(keys);
    // a+b and b+a are two prompts, a+a is one.
    const prompts = [...keys].reduce((sum, key) => sum + (key.split('+')[0] === key.split('+')[1] ? 1 : 2), 0);
    expect(new Set(draw(prompts).map(({ prompt }) => prompt)).size).toBe(prompts);
    expect(draw(prompts + 5)).toHaveLength(prompts + 5);
  });

  it('avoid excluded keys until no other is left', () => {
    const [allowed, ...excluded] = [...keys];
    const [first, second] = draw(2, new Set(excluded));
    expect(first?.key).toBe(allowed);
    expect(second?.prompt).not.toBe(first?.prompt);
  });
});
