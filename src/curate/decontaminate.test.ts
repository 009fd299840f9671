import { describe, expect, it } from 'vitest';
import { randomStream } from '../core/seed.ts';
import { ContaminationIndex } from './decontaminate.ts';

const row = (prompt: string, text = 'a text', key = `key of ${prompt}`) => ({ key, prompt, text });
const held = (...prompts: string[]) =>
  new ContaminationIndex(prompts.map((prompt) => ({ prompt, key: `held: ${prompt}` })));

const SHORT = 'Solve x^2-5x+6=0';
// GSM8K's first training problem (Cobbe et al. 2021, arXiv:2110.14168).
const LONG =
  'Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May. How many clips did Natalia sell altogether in April and May?';
const CHINESE = '小明有12个苹果，他每天吃3个，吃了2天以后还剩下多少个苹果？';

describe('a forbidden problem', () => {
  it('is found by its key, whatever the prompt', () => {
    const index = new ContaminationIndex([{ key: '1,-5,6', prompt: SHORT }]);
    expect(index.find(row('Which x are roots?', '', '1,-5,6'))).toBe('key');
    expect(index.find(row('Which x are roots?', '', '1,-5,8'))).toBeUndefined();
  });

  it.each([SHORT, LONG, CHINESE])('is found verbatim and in every disguise: %s', (prompt) => {
    const disguises = [
      prompt,
      prompt.toUpperCase(),
      prompt.replaceAll(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
      prompt.replaceAll(' ', ' \n ').replaceAll(/[-+=^，？]/g, ' $& '),
      `17. ${prompt}`,
      `Here is a task: ${prompt} Think step by step. 请一步一步地思考。`,
      `请看下面的题目：${prompt}`,
    ];
    const index = held(prompt);
    for (const disguise of disguises) expect(index.find(row(disguise)), disguise).toBeDefined();
  });

  it('is found by its formula in other words', () => {
    const index = held(SHORT);
    expect(index.find(row('Find the roots of $x^{2} - 5x + 6 = 0$, please.'))).toBe('formula');
    expect(index.find(row('解方程 (x²−5x+6=0)'))).toBe('formula');
  });

  it('is not found where it is part of a longer formula or number', () => {
    const index = held('x^2-5x+6=0', SHORT, '1,2', '12+34', 'Compute 1+2');
    const others = [
      '2x^2-5x+6=0',
      'Solve 2x^2-5x+6=0',
      'Solve x^2-5x+6=01',
      'x^2-5x+6=0+x',
      '11,22',
      '112+345',
      'Compute 1+2*3',
    ];
    for (const other of others) expect(index.find(row(other)), other).toBeUndefined();
    expect(index.find(row('x^2-5x+6=0'))).toBe('whole');
    expect(index.find(row('What is (12+34)?'))).toBe('whole');
    expect(index.find(row('1, 2'))).toBe('whole');
  });

  it('is not found in the same exercise with other numbers', () => {
    const index = held(SHORT, LONG, CHINESE);
    for (const other of [
      'Solve x^2-5x+8=0',
      'Solve -x^2-5x+6=0',
      LONG.replace('48', '46'),
      LONG.replace('half', 'twice'),
      CHINESE.replace('12', '21'),
      CHINESE.replace('2天', '5天'),
    ]) {
      expect(index.find(row(other)), other).toBeUndefined();
    }
  });

  it('is found where some words were changed', () => {
    const index = held(LONG, CHINESE);
    expect(index.find(row(LONG.replaceAll('Natalia', 'Maria')))).toBe('grams');
    expect(index.find(row(CHINESE.replace('小明', '小红')))).toBe('grams');
  });

  it('is found in a text where it is long; a short one may come up on the way', () => {
    const index = held(SHORT, LONG, CHINESE);
    expect(index.find(row('Give an example', `<think>As in: ${LONG}</think>`))).toBe('text');
    expect(index.find(row('Give an example', `<think>例如：${CHINESE}</think>`))).toBe('text');
    expect(index.find(row('Solve 2x^2-10x+12=0', '<think>x^2-5x+6=0</think>'))).toBeUndefined();
  });

  it('is not found in what its suite says before every problem', () => {
    const told = (city: string) =>
      `Answer the following question about geography. Think step by step and put your final answer between answer tags. Which country has ${city} as its capital?`;
    const index = held(told('Lima'), told('Quito'), told('Bogota'), told('Sucre'));
    expect(index.find(row(told('Quito')))).toBe('grams');
    expect(index.find(row(told('Caracas')))).toBeUndefined();
  });

  it('is found among many that differ in one number', () => {
    const told = (n: number) =>
      `A shop sells apples at ${n} dollars a box and somebody buys ten of them; what is to pay?`;
    const prompts = Array.from({ length: 50 }, (_, n) => told(n));
    const index = held(...prompts);
    expect(prompts.filter((prompt) => !index.find(row(prompt)))).toEqual([]);
    expect(index.find(row(told(50)))).toBeUndefined();
  });

  it('leaves nothing of itself but hashes in the index', () => {
    const index = held(LONG);
    expect(JSON.stringify(index)).not.toContain('Natalia');
    expect(Object.keys(index)).toEqual([]);
  });

  it('is none where nothing is forbidden, and an empty prompt forbids nothing but its key', () => {
    expect(new ContaminationIndex().find(row(LONG))).toBeUndefined();
    const empty = new ContaminationIndex([{ key: 'k', prompt: '' }]);
    expect(empty.find(row('', ''))).toBeUndefined();
    expect(empty.find(row('', '', 'k'))).toBe('key');
  });

  it('is missed nowhere and seen nowhere else among prompts of a few wordings, by thousands', () => {
    const random = randomStream(3, 'contamination');
    const wordings = [
      'A train of # wagons carries # tons, and each wagon weighs # tons empty. What does the train weigh?',
      '工厂每天生产#台机器，#天以后一共生产了多少台机器？',
      'Solve #x^2-#x+#=0',
    ];
    const made = () => random.pick(wordings).replaceAll('#', () => String(random.int(2, 99)));
    const forbidden = [...new Set(Array.from({ length: 1000 }, made))];
    const index = held(...forbidden);
    const known = new Set(forbidden);
    const clean = Array.from({ length: 4000 }, made).filter((prompt) => !known.has(prompt));
    expect(forbidden.filter((prompt) => !index.find(row(prompt)))).toEqual([]);
    expect(clean.filter((prompt) => index.find(row(prompt)))).toEqual([]);
  });
});
