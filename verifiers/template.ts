/** Format: exactly one think block, then exactly one answer block, both with something in them, and nothing else. */

import { type Check, defineVerifier, incompleteness, type Output, verdictOf } from 'proofstill';

const NAME = 'template';
const BLOCKS = /^\s*<think>([\s\S]*)<\/think>\s*<answer>([\s\S]*)<\/answer>\s*$/;

/**
 * Holds the template `<think>…</think><answer>…</answer>`. Line breaks round the blocks are free; tags are lower case.
 * Both policies judge alike.
 */
export const template = defineVerifier({
  name: NAME,
  version: '1',
  verify: (_sample, output) => {
    const incomplete = incompleteness(output);
    if (incomplete) return verdictOf([{ name: NAME, score: 'format', ...incomplete }]);
    const reason = faultOf(output);
    const check: Check = {
      name: NAME,
      score: 'format',
      status: reason ? 'fail' : 'pass',
      ...(reason ? { reason } : {}),
    };
    return verdictOf([check]);
  },
});

/** The first fault of a text, in the order in which a person would mend them; `undefined` where there is none. */
function faultOf({ text }: Output): string | undefined {
  for (const block of ['think', 'answer']) {
    const opened = text.split(`<${block}>`).length - 1;
    const closed = text.split(`</${block}>`).length - 1;
    if (opened === 0 && closed === 0) return `no-${block}`;
    if (opened > 1 || closed > 1) return block === 'think' ? 'several-thinks' : 'several-answers';
    if (opened !== closed) return `unclosed-${block}`;
  }
  const blocks = BLOCKS.exec(text);
  if (!blocks) return isInOrder(text) ? 'text-outside' : 'wrong-order';
  if (blocks[1]?.trim() === '') return 'empty-think';
  return blocks[2]?.trim() === '' ? 'empty-answer' : undefined;
}

/** Each tag occurs once. */
function isInOrder(text: string): boolean {
  const positions = ['<think>', '</think>', '<answer>', '</answer>'].map((tag) => text.indexOf(tag));
  return positions.every((position, index) => index === 0 || position > (positions[index - 1] as number));
}
