import { describe, expect, it } from 'vitest';
import { candidateOf, reviewOf } from '../../test/fixtures/candidates.ts';
import { reviewSchema } from './records.ts';
import { Decisions, editedOutput, reviewedText } from './review.ts';

const candidate = candidateOf({ id: 'p-1', text: 'abc' });

describe('decisions', () => {
  it('are about a text, named by its SHA-256', () => {
    // FIPS 180-2, appendix B.1.
    const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(reviewedText(candidate)).toEqual({ id: 'p-1', attempt: 0, hash });
    const decisions = new Decisions([reviewOf(candidate, 'accept')]);
    expect(decisions.on({ id: 'p-1', attempt: 0, hash })?.decision).toBe('accept');
    expect(decisions.on(reviewedText(candidateOf({ id: 'p-1', text: 'abd' })))).toBeUndefined();
    expect(decisions.on(reviewedText(candidateOf({ id: 'p-1', attempt: 1, text: 'abc' })))).toBeUndefined();
  });

  it('count as they were last', () => {
    const lines = [reviewOf(candidate, 'accept'), reviewOf(candidate, 'reject'), reviewOf(candidate, 'accept')];
    expect(new Decisions(lines.slice(0, 2)).on(reviewedText(candidate))?.decision).toBe('reject');
    expect(new Decisions(lines).on(reviewedText(candidate))?.decision).toBe('accept');
  });

  it('that are withdrawn give way to the one before, and then to none', () => {
    const lines = [reviewOf(candidate, 'reject'), reviewOf(candidate, 'accept'), reviewOf(candidate, 'undo')];
    const decisions = new Decisions(lines);
    expect(decisions.on(reviewedText(candidate))?.decision).toBe('reject');
    decisions.add(reviewOf(candidate, 'undo'));
    expect(decisions.on(reviewedText(candidate))).toBeUndefined();
    // One undo too many withdraws nothing.
    decisions.add(reviewOf(candidate, 'undo'));
    decisions.add(reviewOf(candidate, 'accept'));
    expect(decisions.on(reviewedText(candidate))?.decision).toBe('accept');
  });

  it('are remembered in the order in which they were made', () => {
    const other = candidateOf({ id: 'p-2' });
    const decisions = new Decisions([reviewOf(candidate, 'accept'), reviewOf(other, 'reject')]);
    expect(decisions.last(() => true)?.id).toBe('p-2');
    expect(decisions.last(({ id }) => id === 'p-1')?.decision).toBe('accept');
    decisions.add(reviewOf(other, 'undo'));
    expect(decisions.last(() => true)?.id).toBe('p-1');
    expect(new Decisions().last(() => true)).toBeUndefined();
  });

  it('bring a text where they edit, and nowhere else', () => {
    expect(reviewSchema.safeParse(reviewOf(candidate, 'edit')).success).toBe(false);
    expect(reviewSchema.safeParse(reviewOf(candidate, 'accept', { text: 'x' })).success).toBe(false);
    expect(reviewSchema.safeParse(reviewOf(candidate, 'edit', { text: 'x' })).success).toBe(true);
  });
});

describe('a candidate under review', () => {
  it('is verified in its new text as a whole one, in its parts', () => {
    const cut = candidateOf({ id: 'p-1' });
    const output = editedOutput(
      { ...cut, output: { ...cut.output, finishReason: 'length' } },
      '<think>2+2=4</think><answer>4</answer>',
    );
    expect(output).toMatchObject({ finishReason: 'stop', think: '2+2=4', answer: '4' });
  });
});
