import { describe, expect, it } from 'vitest';
import { candidateOf, reviewOf } from '../../test/fixtures/candidates.ts';
import { itemView, partsShown } from './view.ts';

describe('the parts of a text', () => {
  it.each([
    ['<think>2+2=4</think><answer>4</answer>', ['trace 2+2=4', 'answer 4']],
    [
      'Well.\n<think>2+2=4</think>\nSo:\n<answer>4</answer> done',
      ['rest Well.\n', 'trace 2+2=4', 'rest \nSo:\n', 'answer 4', 'rest  done'],
    ],
    ['just 4', ['rest just 4']],
    ['<answer>4</answer>', ['answer 4']],
    ['<think></think><answer></answer>', ['trace ', 'answer ']],
    // The last answer counts; an earlier one is shown as what it is.
    ['<think>a</think><answer>3</answer><answer>4</answer>', ['trace a', 'rest <answer>3</answer>', 'answer 4']],
    // An answer inside of the trace is part of the trace.
    ['<think>so <answer>3</answer></think><answer>4</answer>', ['trace so <answer>3</answer>', 'answer 4']],
    ['<think>never closed <answer>4</answer>', ['rest <think>never closed ', 'answer 4']],
    ['', []],
  ])('%j are all of it', (text, parts) => {
    expect(partsShown(text).map(({ kind, text }) => `${kind} ${text}`)).toEqual(parts);
  });
});

describe('what is shown of an item', () => {
  const context = { n: 3, hash: 'f00d', others: [], review: undefined };

  it('says what made it doubtful, apart from what the checks found', () => {
    const failures = [
      { stage: 'trace', check: 'trace-steps', reason: 'false-step' },
      { stage: 'person', check: 'doubtful', reason: 'lone-answer' },
    ] as const;
    const view = itemView(candidateOf({ id: 'p', failures }), context);
    expect(view).toMatchObject({ why: ['doubtful: lone-answer'], failures, expected: '4', decision: null });
  });

  it('says that everything waits, or that it is a spot check', () => {
    expect(itemView(candidateOf({ id: 'p' }), context).why).toEqual(['every trace waits for a person']);
    const kept = itemView(candidateOf({ id: 'p', fate: 'kept' }), context);
    expect(kept.why).toEqual(['spot check: it was kept without a person']);
  });

  it('has the edited text beside the one that the teacher wrote', () => {
    const candidate = candidateOf({ id: 'p' });
    const review = reviewOf(candidate, 'edit', { text: '<answer>four</answer>', note: 'in words' });
    expect(itemView(candidate, { ...context, review })).toMatchObject({
      text: '<think>2+2=4</think><answer>4</answer>',
      decision: { decision: 'edit', parts: [{ kind: 'answer', text: 'four' }], note: 'in words' },
    });
  });
});
