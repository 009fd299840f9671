/** In the child: the first match of a regular expression, which may backtrack for ever. */

import { messageOf } from './message.ts';
import type { Jobs, ResultOf } from './protocol.ts';
import { within } from './within.ts';

export function runMatch({ pattern, flags, text }: Jobs['match'], deadlineMs: number): ResultOf<'match'> {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, flags);
  } catch (error) {
    return { kind: 'bad-pattern', message: messageOf(error) };
  }
  try {
    const ended = within(deadlineMs, () => expression.exec(text));
    if (ended.kind === 'timed-out') return ended;
    return ended.value ? { kind: 'matched', index: ended.value.index, match: ended.value[0] } : { kind: 'unmatched' };
  } catch {
    // All that a search can throw is that its stack of ways back is full.
    return { kind: 'out-of-memory' };
  }
}
