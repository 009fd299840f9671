import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../core/records.ts';
import { piecesOf } from './marks.ts';

/** An evaluation whose trace passed, or failed with this detail. */
function judged(text: string, detail?: string): Evaluation {
  const status = detail === undefined ? 'pass' : 'fail';
  return {
    schema: 1,
    sample: 's-1',
    area: 'all',
    prompt: 'Solve it',
    attempt: 0,
    output: { text, finishReason: 'stop', tokens: { in: 1, out: 1 } },
    verdict: { status, checks: [{ name: 'trace-steps', score: 'trace', status, detail }] },
  };
}

const marked = (text: string, detail?: string) =>
  piecesOf(judged(text, detail))
    .filter(({ kind }) => kind === 'holds' || kind === 'fails')
    .map(({ text, kind }) => `${kind} ${text}`);

describe('piecesOf', () => {
  it('marks every equality between numbers of a trace that passed', () => {
    expect(marked('divide by 3: 3/3=1, -15/3=-5\nD=25-24=1\nx=(5-1)/2 = 4/2 = 2.')).toEqual([
      'holds 3/3=1',
      'holds -15/3=-5',
      'holds 25-24=1',
      'holds (5-1)/2 = 4/2 = 2',
    ]);
  });

  it('marks the equality that a failed check quotes, and vouches for no other', () => {
    expect(marked('(-5)^2=25\nD=25-24=2\n1=1^2', '25-24=2')).toEqual(['fails 25-24=2']);
    expect(marked('x=(5-1)/2=4/2=3', '4/2 = 3')).toEqual(['fails (5-1)/2=4/2=3']);
    // 5-24=2 ends like 25-24=2 and is another equality.
    expect(marked('25-24=2', '5-24=2')).toEqual([]);
  });

  it('takes no equation with letters for an equality', () => {
    expect(marked('x^2-5x+6=0, a=1, b=-5, x-5=0, x + 6 = 0, 4=2x, -15<0')).toEqual([]);
  });

  it('gives the text back when its pieces are joined', () => {
    for (const text of [
      '',
      '<think>1+1=2</think>\n<answer>x=2</answer>',
      '<think>1=<think>=2==3 </answer>',
      '\u0000\ud800<b>',
    ]) {
      const pieces = piecesOf(judged(text));
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    }
    expect(piecesOf(judged('<think>1+1=2</think>')).map(({ kind }) => kind)).toEqual(['tag', 'holds', 'tag']);
  });

  it('reads a megabyte of digits and signs', () => {
    const text = '1+'.repeat(500_000);
    expect(piecesOf(judged(text))).toEqual([{ text, kind: 'plain' }]);
  });
});
