import { describe, expect, it } from 'vitest';
import { verifierConformance } from './conformance.ts';
import { judge, sampleOf } from './fixtures/judging.ts';
import { traceSteps } from './trace-steps.ts';

const PROMPT =
  'Alicia bikes at 18 miles per hour towards Beth, 45 miles away, who bikes at 12. How far does Alicia get?';
const sample = sampleOf({ prompt: PROMPT, expected: '27' });
const SOUND = [
  'Their combined speed is 18 + 12 = 30 mph. So they meet after 45 miles / 30 mph = 1.5 hours.',
  'In that time Alicia bikes 18 mph × 1.5 hours = 27 miles.',
  'Let me check. Say x miles: x/18 = (45 - x)/12, so 12x = 18(45 - x), 12x = 810 - 18x, 30x = 810, x = 27.',
  'Therefore they meet 27 miles from her home.',
];
const prose = (options = {}) => traceSteps({ minimum: 3, reading: 'prose', ...options });
const output = (lines: readonly string[], answer = '\\boxed{27}'): string =>
  `<think>${lines.join('\n')}</think>${answer}`;
const verdict = (lines: readonly string[], answer?: string, options = {}): Promise<string> =>
  judge(prose(options), output(lines, answer), { sample });

describe('traceSteps of prose', () => {
  it('passes a sound trace with units, equations and a check', async () => {
    expect(await verdict(SOUND)).toBe('pass');
  });

  it('is no business of the strict reading, to which an equation round a unit is a false equality', async () => {
    expect(await judge(traceSteps({ minimum: 3 }), output(SOUND), { sample })).not.toBe('pass');
  });

  it.each([
    ['18 + 12 = 30', '18 + 12 = 32'],
    ['45 miles / 30 mph = 1.5', '45 miles / 30 mph = 1.6'],
    ['18 mph × 1.5 hours = 27', '18 mph × 1.5 hours = 26'],
    ['30x = 810, x = 27', '30x = 810, so x = 28'],
  ])('fails where %s became %s', async (right, wrong) => {
    expect(await verdict(SOUND.map((line) => line.replace(right, wrong)))).toBe('false-equality');
  });

  it('lets a slip pass that is corrected at once, and none that is used', async () => {
    const corrected = SOUND.with(1, 'So 18 × 1.5 = 28. Wait, no, that is wrong: 18 × 1.5 = 27.');
    expect(await verdict(corrected)).toBe('pass');
    const used = [...SOUND.with(1, 'So 18 × 1.5 = 28. Wait, let me see.'), 'And 28 - 1 = 27.'];
    expect(await verdict(used)).toBe('false-equality');
  });

  it('takes a share of false steps where the suite says so', async () => {
    const slip = [...SOUND, 'And 18 + 27 = 44.'];
    expect(await verdict(slip)).toBe('false-equality');
    expect(await verdict(slip, undefined, { holding: 0.8 })).toBe('pass');
  });

  it('wants enough steps', async () => {
    expect(await verdict(['18 + 12 = 30, 18 + 12 = 30, and 45 is given.'])).toBe('too-few-steps');
    expect(await verdict(['I know that it is 27.'])).toBe('too-few-steps');
  });

  it("wants the problem's own numbers", async () => {
    const elsewhere = ['20 + 10 = 30, 60 / 30 = 2, 2 * 13 = 26, 26 + 1 = 27.'];
    expect(await verdict(elsewhere)).toBe('unused-number');
    expect(await verdict(SOUND, undefined, { uses: () => [18, -12, '45'] })).toBe('pass');
    expect(await verdict(SOUND, undefined, { uses: () => [19] })).toBe('unused-number');
  });

  it('wants the answer to be reached', async () => {
    expect(await verdict(SOUND, '\\boxed{29}')).toBe('no-conclusion');
    expect(await verdict(SOUND, '\\boxed{\\frac{54}{2}}')).toBe('pass');
    expect(await verdict(SOUND, '')).toBe('no-answer');
    expect(await verdict(SOUND, 'The answer is Beth.')).toBe('pass');
  });

  it("leaves the conclusion to the suite's own rule", async () => {
    expect(await verdict(SOUND, undefined, { concludes: () => 'off-course' })).toBe('off-course');
  });

  it('refuses a share that is none', () => {
    expect(() => prose({ holding: 0 })).toThrow('above 0 and at most 1, got 0');
    expect(() => prose({ holding: 95 })).toThrow('got 95');
  });

  it('conforms', async () => {
    expect(await verifierConformance(prose(), sample)).toEqual([]);
  });
});
