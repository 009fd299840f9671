import { describe, expect, it } from 'vitest';
import { right, ruleTeacher, sumOf, sums, wrong } from '../../test/fixtures/rule-teacher.ts';
import { ProofstillError } from '../core/errors.ts';
import type { Model } from '../core/output.ts';
import { candidateSchema } from '../core/records.ts';
import { randomStream } from '../core/seed.ts';
import { splitOfKey } from '../core/suite.ts';
import { referenceModel } from '../model/reference.ts';
import { ALL_STAGES } from '../verify/settle.ts';
import { drawProblems } from './draw.ts';
import { type Generated, generate } from './generate.ts';
import { type NamedProblem, problemsOf } from './problems.ts';

const drawn = (small: number, large = 0, round = 1): NamedProblem[] => [
  ...problemsOf({ suite: sums, allocation: { small, large }, round, seed: 5 }),
];

const base = {
  suite: sums,
  teacher: referenceModel(sums) as Model,
  problems: drawn(3),
  candidates: 2,
  keep: 1,
  selection: 'shortest' as const,
  rejection: ALL_STAGES,
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

/** What was yielded before it threw, and what it threw. */
async function upTo(options: Partial<Parameters<typeof generate>[0]>): Promise<{ found: Generated[]; error: unknown }> {
  const found: Generated[] = [];
  try {
    for await (const one of generate({ ...base, ...options })) found.push(one);
    return { found, error: undefined };
  } catch (error) {
    return { found, error };
  }
}

const attemptsOf = ({ candidates }: Generated): number[] => candidates.map(({ attempt }) => attempt);
const fatesOf = ({ candidates }: Generated): string[] => candidates.map(({ fate }) => fate);

describe('generation', () => {
  it('gives each problem its own candidates, in the order of the problems', async () => {
    const problems = drawn(3, 100);
    const found = await all({ problems });
    expect(found.map(({ id }) => id)).toEqual(problems.map(({ id }) => id));
    for (const { id, problem, candidates } of found) {
      expect(candidates.map((candidate) => [candidate.id, candidate.prompt])).toEqual([
        [id, problem.prompt],
        [id, problem.prompt],
      ]);
      expect(candidates.every(({ output }) => output.text.startsWith(`${problem.prompt} by`))).toBe(true);
      expect(candidates[0]?.output.text).not.toBe(candidates[1]?.output.text);
    }
  });

  it('asks on until enough different candidates pass', async () => {
    // Right at attempts 1, 3 and 4, where 4 repeats 3: two different ones are there with attempt 3.
    const teacher = ruleTeacher(({ prompt }, attempt) => {
      if (attempt === 1) return right(prompt, 1);
      return attempt === 3 || attempt === 4 ? right(prompt, 2) : wrong(attempt);
    });
    const [one] = await all({ teacher, problems: drawn(1), candidates: 2, keep: 2, trials: 10 });
    expect(attemptsOf(one!)).toEqual([0, 1, 2, 3]);
    expect(fatesOf(one!)).toEqual(['rejected', 'kept', 'rejected', 'kept']);
  });

  it('counts identical texts once when it asks on', async () => {
    const teacher = ruleTeacher(({ prompt }) => right(prompt));
    const [one] = await all({ teacher, problems: drawn(1), candidates: 2, keep: 2, trials: 5 });
    expect(fatesOf(one!)).toEqual(['kept', 'spare', 'spare', 'spare', 'spare']);
  });

  it('asks for no more than the trials, the last wave being smaller', async () => {
    const teacher = ruleTeacher(() => wrong());
    const [one] = await all({ teacher, problems: drawn(1), candidates: 3, trials: 8 });
    expect(attemptsOf(one!)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const asked = teacher.asked.map(({ attempt }) => attempt);
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('asks nothing on about problems that have enough', async () => {
    const problems = drawn(2);
    const hard = problems[1]!.id;
    const teacher = ruleTeacher(({ id, prompt }) => (id === hard ? wrong() : right(prompt)));
    await all({ teacher, problems, candidates: 2, trials: 6 });
    const counts = problems.map(({ id }) => teacher.asked.filter((one) => one.id === id).length);
    expect(counts).toEqual([2, 6]);
  });

  it('writes down how each candidate came about', async () => {
    const served = { provider: 'api.example.com', model: 'r-1', promptHash: 'aa', usd: 0.002, requests: 1 };
    const teacher = ruleTeacher(({ prompt }) => ({ text: right(prompt), served }));
    const [one] = await all({ teacher, problems: drawn(1), candidates: 1 });
    const [candidate] = one!.candidates;
    expect(candidateSchema.parse(candidate)).toEqual(candidate);
    expect(candidate).toMatchObject({
      id: 'train-1-small-0',
      teacher: 'rule:1',
      decoding: { temperature: 1, topP: 1, maxTokens: 50, seed: 5 },
      verifier: 'sum@3',
      served,
      fate: 'kept',
      failures: [],
    });
  });

  it('gives the same records in whatever order answers come', async () => {
    // 200 problems are four chunks; a third of the attempts is right.
    const problems = drawn(0, 200);
    const reply = ({ id, prompt }: { id: string; prompt: string }, attempt: number) =>
      randomStream(1, id, attempt).int(0, 2) === 0 ? right(prompt, attempt) : wrong(attempt);
    const records = (shuffled?: number) =>
      all({
        teacher: ruleTeacher(reply, shuffled === undefined ? {} : { shuffled }),
        problems,
        candidates: 2,
        trials: 5,
        keep: 2,
      });
    const inTurn = await records();
    expect(await records(1)).toEqual(inTurn);
    expect(await records(2)).toEqual(inTurn);
    expect(new Set(inTurn.map(({ candidates }) => candidates.length))).toEqual(new Set([2, 4, 5]));
  });

  it('neither asks for nor yields what is done, and counts it', async () => {
    const problems = drawn(4);
    const teacher = ruleTeacher(({ prompt }) => right(prompt));
    const seen: string[] = [];
    const skip = new Set([problems[0]!.id, problems[2]!.id]);
    const found = await all({ teacher, problems, skip, onProgress: (done, total) => seen.push(`${done}/${total}`) });
    expect(found.map(({ id }) => id)).toEqual([problems[1]!.id, problems[3]!.id]);
    expect(new Set(teacher.asked.map(({ id }) => id))).toEqual(new Set(found.map(({ id }) => id)));
    expect(seen).toEqual(['3/4', '4/4']);
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

  it('ends with the problem by which too many outputs are unscored', async () => {
    const teacher = ruleTeacher(() => 'unjudgeable');
    // A tenth of 10 problems with 2 candidates is 2: the third is in the second problem.
    const { found, error } = await upTo({ teacher, problems: drawn(0, 10), maxUnscored: 0.1 });
    expect(error).toMatchObject({ code: 'verifier', place: `problem ${found[1]?.id}` });
    expect(found).toHaveLength(2);
  });

  it('stops once interrupted', async () => {
    const controller = new AbortController();
    const run = all({ signal: controller.signal, onProgress: () => controller.abort() });
    await expect(run).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('a ceiling of spend', () => {
  const ceiling = (calls: number): Model => {
    let left = calls;
    return ruleTeacher(({ prompt }, attempt) => {
      if (left-- === 0) throw new ProofstillError('budget', '2 USD are spent');
      return attempt === 0 ? wrong() : right(prompt, attempt);
    });
  };

  it('ends generation after the problems that are done', async () => {
    // Five calls of two for each problem: two are done.
    const { found, error } = await upTo({ teacher: ceiling(5), problems: drawn(0, 10) });
    expect(found.map(fatesOf)).toEqual(Array(2).fill(['rejected', 'kept']));
    expect(error).toMatchObject({ code: 'budget' });
  });

  it('leaves out the problem that lacks attempts, and keeps what is done after it', async () => {
    const problems = drawn(0, 10);
    const [hard] = problems;
    let spent = false;
    const teacher = ruleTeacher(({ id, prompt }, attempt) => {
      if (spent) throw new ProofstillError('budget', '2 USD are spent');
      if (id === hard!.id && attempt === 2) spent = true;
      return id === hard!.id ? wrong() : right(prompt, attempt);
    });
    const { found, error } = await upTo({ teacher, problems, trials: 4 });
    expect(found.map(({ id }) => id)).toEqual(problems.slice(1).map(({ id }) => id));
    expect(error).toMatchObject({ code: 'budget' });
  });
});

describe('condensing', () => {
  const long = (prompt: string): string => right(prompt, 100);
  const condensing = (reply: (prompt: string) => string) => {
    const teacher = ruleTeacher(({ prompt }) => long(prompt));
    const condenser = ruleTeacher(({ prompt }) => reply(prompt));
    return { teacher, condenser, condense: { above: 200, teacher: condenser } };
  };
  const steps = (answer: number | string): string => `<steps>just add</steps>\n<answer>${answer}</answer>`;
  const sumIn = (prompt: string): number => sumOf(/Problem:\n(\d+\+\d+)/.exec(prompt)![1]!);

  it('keeps a shorter rewriting that passes instead of a long trace', async () => {
    const { condense, teacher, condenser } = condensing((prompt) => steps(sumIn(prompt)));
    const [one] = await all({ teacher, condense, problems: drawn(1), candidates: 2, trials: 4 });
    expect(fatesOf(one!)).toEqual(['spare', 'spare', 'kept', 'spare']);
    const [original, , rewriting] = one!.candidates;
    expect(rewriting).toMatchObject({
      // After the 4 trials, two for each trace.
      attempt: 4,
      prompt: one!.problem.prompt,
      condensed: { from: 0, tokens: original!.output.tokens.out },
      output: { text: expect.stringMatching(/^<think>just add<\/think>\n<answer>\d+<\/answer>$/) },
    });
    // Asked once, for the trace that would have been kept.
    expect(condenser.asked).toEqual([0, 1].map((attempt) => ({ id: 'train-1-small-0#0', attempt })));
  });

  it('keeps the original where the rewriting is wrong, longer or in another form', async () => {
    const replies = [
      () => steps(-1),
      (prompt: string) => long(prompt.slice(9)),
      () => 'I cannot.',
      (prompt: string) => {
        return `<steps>${'add '.repeat(400)}</steps><answer>${sumIn(prompt)}</answer>`;
      },
    ];
    for (const reply of replies) {
      const { condense, teacher } = condensing(reply);
      const [one] = await all({ teacher, condense, problems: drawn(1), candidates: 1 });
      expect(fatesOf(one!)[0]).toBe('kept');
    }
  });

  it('leaves short traces alone', async () => {
    const { teacher, condenser } = condensing(() => '');
    await all({ teacher, condense: { above: 2000, teacher: condenser } });
    expect(condenser.asked).toEqual([]);
  });

  it('keeps the originals where a ceiling of spend comes before their rewriting', async () => {
    const { teacher } = condensing(() => '');
    const condenser = ruleTeacher(() => {
      throw new ProofstillError('budget', '2 USD are spent');
    });
    const { found, error } = await upTo({ teacher, condense: { above: 200, teacher: condenser }, problems: drawn(3) });
    expect(found.map((one) => fatesOf(one)[0])).toEqual(['kept', 'kept', 'kept']);
    expect(error).toMatchObject({ code: 'budget' });
  });
});

describe('problems', () => {
  it('are drawn of the train split only, none twice, in the order of the areas', () => {
    const found = drawn(3, 100);
    expect(found.map(({ problem }) => problem.area)).toEqual([
      ...Array<string>(3).fill('small'),
      ...Array<string>(100).fill('large'),
    ]);
    expect(found.every(({ problem }) => splitOfKey(problem.key) === 'train')).toBe(true);
    expect(new Set(found.map(({ problem }) => problem.key)).size).toBe(103);
    expect(new Set(found.map(({ id }) => id)).size).toBe(103);
  });

  it('are the same for the same seed, and others in another round', () => {
    const prompts = (round: number) => drawn(3, 100, round).map(({ problem }) => problem.prompt);
    expect(prompts(1)).toEqual(prompts(1));
    const first = new Set(prompts(1));
    expect(prompts(2).filter((prompt) => first.has(prompt)).length).toBeLessThan(10);
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
