import { describe, expect, it } from 'vitest';
import { type SelectOptions, select } from './select.ts';

const passing = (attempt: number, tokens: number, text = `text ${attempt}`) => ({
  attempt,
  output: { text, tokens: { out: tokens } },
});
const chosen = (candidates: readonly ReturnType<typeof passing>[], options: Partial<SelectOptions>): number[] =>
  select(candidates, { selection: 'shortest', keep: 1, passRate: { passed: 1, of: 2 }, ...options }).map(
    ({ attempt }) => attempt,
  );

describe('shortest', () => {
  it('chooses the fewest output tokens, the earlier attempt first among equals', () => {
    expect(chosen([passing(2, 5), passing(0, 7), passing(1, 5)], { keep: 2 })).toEqual([1, 2]);
  });

  it('counts identical texts once', () => {
    const candidates = [passing(0, 3, 'a'), passing(1, 3, 'a'), passing(2, 4, 'b'), passing(3, 5, 'c')];
    expect(chosen(candidates, { keep: 2 })).toEqual([0, 2]);
  });

  it('chooses none of none', () => {
    expect(chosen([], { keep: 3 })).toEqual([]);
  });
});

describe('diverse', () => {
  // Shingles of three words: a has two, b these and a third, so that they are 1 − 2/3 apart; c shares none.
  const a = passing(0, 4, 'we add the numbers');
  const b = passing(1, 5, 'we add the numbers now');
  const c = passing(2, 9, 'factor it and read the roots');

  it('chooses the shortest, then what differs most from all chosen', () => {
    expect(chosen([a, b, c], { selection: 'diverse', keep: 2 })).toEqual([0, 2]);
    expect(chosen([a, b, c], { selection: 'diverse', keep: 3 })).toEqual([0, 2, 1]);
    expect(chosen([a, b, c], { selection: 'shortest', keep: 2 })).toEqual([0, 1]);
  });

  it('takes the shorter one where two differ as much', () => {
    const d = passing(3, 8, 'complete the square instead here');
    expect(chosen([a, c, d], { selection: 'diverse', keep: 2 })).toEqual([0, 3]);
  });

  it('tells texts apart that are written without spaces', () => {
    // As one word each, both would be as far from the first one; by characters, 1 shares most of it.
    const first = passing(0, 4, '先把两个数相加再检查一遍');
    const near = passing(1, 5, '先把两个数相加再检查两遍');
    const far = passing(2, 9, '用求根公式可以直接得到答案');
    expect(chosen([first, near, far], { selection: 'diverse', keep: 2 })).toEqual([0, 2]);
  });
});

describe('difficulty', () => {
  const candidates = Array.from({ length: 10 }, (_, attempt) => passing(attempt, attempt));
  const count = (passed: number, of: number, keep = 10): number =>
    chosen(candidates, { selection: 'difficulty', keep, passRate: { passed, of } }).length;

  it('keeps keep × failure rate, rounded up', () => {
    // 10 × 3/10 = 3 exactly, 4 × 5/8 = 2.5, 4 × 1/8 = 0.5
    expect(count(7, 10)).toBe(3);
    expect(count(3, 8, 4)).toBe(3);
    expect(count(7, 8, 4)).toBe(1);
  });

  it('keeps one of what the teacher always solves', () => {
    expect(count(8, 8, 4)).toBe(1);
  });
});
