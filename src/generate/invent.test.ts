import { describe, expect, it } from 'vitest';
import { scriptedModel } from '../../test/fixtures/scripted.ts';
import sums from '../../test/fixtures/sums.ts';
import type { ModelRequest } from '../core/output.ts';
import { defineSuite } from '../core/suite.ts';
import { defineVerifier, verdictOf } from '../core/verdict.ts';
import { type InventOptions, invent, inventedSchema } from './invent.ts';
import type { SteerSample } from './steer.ts';

const failing: SteerSample[] = [1, 2, 3].map((number) => {
  const prompt = `${number}+1`;
  return {
    id: `${number}`,
    suite: 'sums',
    area: 'small',
    split: 'steer',
    prompt,
    key: `small ${prompt}`,
    expected: `${number + 1}`,
  };
});
const isWriting = ({ id }: ModelRequest): boolean => id.startsWith('write-');
const lines = (...prompts: string[]): string => prompts.map((problem) => JSON.stringify({ problem })).join('\n');
const solved = ({ prompt }: ModelRequest): string => {
  const [left, right] = prompt.split('+').map(Number);
  return `<think>${prompt}</think><answer>${left! + right!}</answer>`;
};
/** A teacher that writes `10n+1` to `10n+10`, plus 5, in its n-th list, and adds rightly. */
const steady = () =>
  scriptedModel((request) => {
    if (!isWriting(request)) return solved(request);
    const list = Number(request.id.split('-').at(-1));
    return lines(...Array.from({ length: 10 }, (_, index) => `${10 * list + index + 1}+5`));
  });

const base = (teacher: InventOptions['teacher'], options: Partial<InventOptions> = {}): InventOptions => ({
  suite: sums,
  area: 'small',
  round: 2,
  count: 3,
  failing,
  teacher,
  decoding: { temperature: 0.6, topP: 0.95, maxTokens: 100, seed: 1 },
  known: new Set(),
  isForbidden: () => false,
  keepsDoubtful: false,
  ...options,
});

describe('invented problems', () => {
  it('have the answer that the teacher agrees on, a name of their own, and the area that was asked for', async () => {
    const teacher = steady();
    const invented = await invent(base(teacher));
    expect(invented.problems).toEqual(
      [6, 7, 8].map((expected, index) => {
        const prompt = `${index + 1}+5`;
        const problem = {
          area: 'small',
          prompt,
          key: `small ${prompt}`,
          expected: `${expected}`,
          meta: { agreement: 1 },
        };
        return { id: `invented-2-small-${index}`, problem };
      }),
    );
    expect(invented.counts).toEqual({
      written: 10,
      malformed: 0,
      duplicates: 0,
      forbidden: 0,
      undecided: 0,
      doubtful: 0,
    });
    expect(inventedSchema.parse(JSON.parse(JSON.stringify(invented)))).toEqual(invented);
  });

  it('cost one list, with room for it, and five answers each, asked as candidates will be: no more than are wanted', async () => {
    const teacher = steady();
    await invent(base(teacher));
    const [first, ...others] = teacher.calls;
    expect([first?.request.id, first?.maxTokens]).toEqual(['write-2-small-0', 4096]);
    expect(others.map(({ request: { id, prompt }, attempt, maxTokens }) => [id, prompt, attempt, maxTokens])).toEqual(
      [0, 1, 2].flatMap((index) =>
        [0, 1, 2, 3, 4].map((attempt) => [`invented-2-small-${index}`, `${index + 1}+5`, attempt, 100]),
      ),
    );
  });

  it('are asked for in several lists, until there are enough', async () => {
    const teacher = steady();
    const { problems } = await invent(base(teacher, { count: 25 }));
    expect(problems).toHaveLength(25);
    expect(teacher.calls.filter(({ request }) => isWriting(request))).toHaveLength(3);
  });

  it('are none that is known, forbidden or there twice; each is counted, and none of them is solved', async () => {
    const teacher = scriptedModel((request) =>
      isWriting(request) ? `${lines('1+5', '2+5', '3+5', '3+5', 'x', '4+5')}\n{"other":1}` : solved(request),
    );
    const suite = {
      ...sums,
      key: ({ prompt }: { prompt: string }) => {
        if (prompt === 'x') throw new Error('no sum');
        return `key of ${prompt}`;
      },
    };
    const isForbidden = (prompt: string, key: string): boolean => prompt === '2+5' && key === 'key of 2+5';
    const { problems, counts } = await invent(
      base(teacher, { suite, count: 2, known: new Set(['key of 1+5']), isForbidden }),
    );
    expect(problems.map(({ problem }) => problem.prompt)).toEqual(['3+5', '4+5']);
    expect(counts).toEqual({ written: 7, malformed: 2, duplicates: 2, forbidden: 1, undecided: 0, doubtful: 0 });
    const solvedPrompts = teacher.calls.flatMap(({ request }) => (isWriting(request) ? [] : [request.prompt]));
    expect(new Set(solvedPrompts)).toEqual(new Set(['3+5', '4+5']));
  });

  // Answers to 1+5: all right; to 2+5: two right of five; to 3+5: all different.
  const unsure = () =>
    scriptedModel((request, attempt) => {
      if (isWriting(request)) return request.id.endsWith('-0') ? lines('1+5', '2+5', '3+5') : '';
      const isWrong = request.prompt === '3+5' || (request.prompt === '2+5' && attempt > 1);
      return isWrong ? `<think>?</think><answer>${100 + attempt}</answer>` : solved(request);
    });

  it('of which the teacher is not sure go to a person where one looks, and fall where nobody does', async () => {
    const kept = await invent(base(unsure(), { keepsDoubtful: true }));
    expect(kept.problems.map(({ problem }) => [problem.prompt, problem.expected, problem.meta])).toEqual([
      ['1+5', '6', { agreement: 1 }],
      ['2+5', '7', { agreement: 0.4, doubtful: true }],
    ]);
    expect(kept.counts).toMatchObject({ undecided: 1, doubtful: 1 });
    const dropped = await invent(base(unsure()));
    expect(dropped.problems.map(({ problem }) => problem.prompt)).toEqual(['1+5']);
    expect(dropped.counts).toMatchObject({ undecided: 1, doubtful: 1 });
  });

  it('end where the teacher writes nothing new: three lists for two problems', async () => {
    const teacher = scriptedModel((request) => (isWriting(request) ? lines('1+5') : solved(request)));
    const { problems, counts } = await invent(base(teacher, { count: 2 }));
    expect(problems).toHaveLength(1);
    expect(counts).toMatchObject({ written: 3, duplicates: 2 });
  });

  it('are none without a failed sample, and nothing is asked', async () => {
    const teacher = steady();
    expect((await invent(base(teacher, { failing: [] }))).problems).toEqual([]);
    expect(teacher.calls).toEqual([]);
  });

  it('need no answer where the verifier needs none, and cost none', async () => {
    const even = defineVerifier({
      name: 'even',
      version: '1',
      verify: ({ prompt }, { text }) => {
        const status = prompt === '3+5' ? 'unscored' : /<answer>\d*[02468]</.test(text) ? 'pass' : 'fail';
        return verdictOf([{ name: 'even', score: 'answer', status }]);
      },
    });
    const free = failing.map(({ expected: _, ...sample }) => sample);
    const teacher = steady();
    const suite = defineSuite({ ...sums, verify: even });
    const { problems, counts } = await invent(base(teacher, { suite, failing: free }));
    expect(problems.map(({ problem }) => [problem.prompt, problem.expected, problem.meta])).toEqual([
      ['1+5', undefined, {}],
      ['2+5', undefined, {}],
      ['4+5', undefined, {}],
    ]);
    expect(counts.undecided).toBe(1);
    expect(teacher.calls.every(({ request }) => isWriting(request))).toBe(true);
  });

  it('are written by a model without the template that solutions are asked with', async () => {
    const [teacher, writer] = [steady(), steady()];
    await invent(base(teacher, { writer }));
    expect(writer.calls.map(({ request }) => isWriting(request))).toEqual([true]);
    expect(teacher.calls.some(({ request }) => isWriting(request))).toBe(false);
  });

  it('show the teacher failed steer samples and nothing else of the suite', async () => {
    const teacher = steady();
    await invent(base(teacher, { count: 25 }));
    const prompts = teacher.calls.map(({ request }) => request.prompt).join('\n');
    for (const { prompt } of failing) expect(prompts).toContain(`{"problem":"${prompt}"}`);
    // The committed samples of this suite are all held out: 0+7, 1001+7 and so on.
    for (const { prompt } of sums.samples) expect(prompts).not.toContain(`"${prompt}"`);
  });

  it('stop once interrupted, and where the teacher answers too little', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(invent(base(steady(), { signal: stop.signal }))).rejects.toMatchObject({ code: 'interrupted' });
    const { fingerprint, close, generate } = steady();
    const lazy = {
      fingerprint,
      close,
      generate: (requests: readonly ModelRequest[], options: Parameters<typeof generate>[1]) =>
        generate(requests.slice(1), options),
    };
    await expect(invent(base(lazy))).rejects.toMatchObject({ code: 'model', place: 'scripted:1' });
  });
});
