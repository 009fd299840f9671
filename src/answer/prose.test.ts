import { describe, expect, it } from 'vitest';
import type { Chain } from './chain.ts';
import { readProse } from './prose.ts';

/** Sides and signs without white space; a side that is not read is `…`, its units follow in brackets. */
const written = ({ sides, signs }: Chain): string =>
  sides
    .map(({ text, isOpaque, units }, index) => {
      const unit = units.length > 0 ? `[${units.join(' ')}]` : '';
      return `${isOpaque ? '…' : text.replace(/\s/g, '')}${unit}${signs[index] ?? ''}`;
    })
    .join('');
const chains = (text: string): string[] => readProse(text).chains.map(written);

describe('readProse', () => {
  it.each([
    ['So 2 + 3 = 5, and then 5 * 2 = 10.', ['2+3=5', '5*2=10']],
    ['18 mph × 1.5 hours = 27 miles.', ['18*1.5[mph hours]=27[miles]']],
    ['The area is 12 square feet + 3 square feet = 15 square feet', ['12+3[square feet square feet]=15[square feet]']],
    ['The volume is 3 cm^2 * 4 cm = 12 cm^3.', ['3*4[cm cm]=12[cm]']],
    ['60° + 30° = 90°', ['60+30[° °]=90[°]']],
    ['\\sin 30° = 1/2', ['\\sin30°=1/2']],
    ['\\[ x = \\frac{810}{30} = 27 \\]', ['x=\\frac{810}{30}=27']],
    ['\\[12 \\times 285 = 3420\\]\\[6 \\times 45 = 270\\]', ['12*285=3420', '6*45=270']],
    ['the total is 162,500, or 2500 × 65 = 162,500, as said', ['2500*65=162500']],
    ['7 times 8 equals 56', ['7*8is56']],
    ['21 divided by 3 is 7', ['21/3is7']],
    ['6 times 7 is 42', ['6*7is42']],
    ['5 is 3 more than 2', []],
    ['20% of 50 = 10', ['20%*50=10']],
    ['3 1/2 + 1/2 = 4', ['31/2+1/2=4']],
    ['distance = speed * 3', ['=…']],
    ['12 x 15 = 180', ['12*15=180']],
    ['(since 2 + 3 = 5)', ['2+3=5']],
    ['so it is 5 miles (since 2 + 3 = 5)', ['2+3=5']],
    ['(2 + 3 = 5)', ['2+3=5']],
    ['52_8 = 5 * 8 + 2 = 42', ['…=5*8+2=42']],
    ['\\log_2 64 = 6', ['\\log_264=6']],
    ['\\sum_{k=1}^{9} 1 = 9', ['…=9']],
    ['f(3) = 3^2 - 9 = 0', ['f(3)=3^2-9=0']],
    ['|x - 4| - 10 = 2', ['|x-4|-10=2']],
    ['2, 4, 8, ... = 3', ['…=3']],
    ['a = 3 and b = 4', ['a=3', 'b=4']],
    ['8 * 9 = 72 ≡ 6 mod 11', ['8*9=72≡6']],
    ['1. 5 + 3 = 8', ['5+3=8']],
  ])('%s has the chains %j', (text, expected) => {
    expect(chains(text)).toEqual(expected);
  });

  it('goes on from the line before where a line starts with a sign', () => {
    expect(chains('x = 2 * 30\n= 60')).toEqual(['x=2*30', '2*30=60']);
    expect(chains('x = 2 * 30, so:\n= 60')).toEqual(['x=2*30', '=60']);
  });

  it('cuts sentences at full stops, not at decimal points or factorials', () => {
    expect(readProse('It is 2.5. Is 3! = 6? Yes!\nDone').sentences.map((text) => text.trim())).toEqual([
      'It is 2.5.',
      'Is 3! = 6?',
      'Yes!',
      'Done',
    ]);
  });

  it('does not read a side without end', () => {
    expect(chains(`${'1+'.repeat(300)}1 = 301`)).toEqual(['…=301']);
  });

  it('says what stands round a chain', () => {
    const [chain] = readProse('First this. If we try 2 + 3 = 6, which is wrong. Next.').chains;
    expect(chain).toMatchObject({ sentence: 1, before: 'try', head: ' If we try ', tail: ', which is wrong.' });
  });
});
