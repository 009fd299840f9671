/** The code in an answer: what stands in its fences, or all of it where there are none. */

import type { Policy } from 'proofstill';

/** Characters of code that are taken on; a hand-written solution has hundreds. */
export const CODE_CHARACTERS = 100_000;

export type CodeFound =
  | { readonly code: string }
  | { readonly reason: 'no-code' | 'several-blocks' | 'unclosed-block' | 'too-long' };

interface Block {
  readonly code: string;
  readonly isClosed: boolean;
}

/**
 * Policy `select` takes the only fenced block, which must be closed. `score` takes the last one that mentions `wanted`,
 * since models like to end with an example of use, else the last.
 */
export function codeIn(answer: string, policy: Policy, wanted = ''): CodeFound {
  if (answer.length > CODE_CHARACTERS) return { reason: 'too-long' };
  const blocks = blocksIn(answer);
  if (policy === 'select' && blocks.length > 1) return { reason: 'several-blocks' };
  const block = blocks.findLast(({ code }) => code.includes(wanted)) ?? blocks.at(-1);
  if (policy === 'select' && block && !block.isClosed) return { reason: 'unclosed-block' };
  const code = block?.code ?? answer;
  return code.trim() === '' ? { reason: 'no-code' } : { code };
}

/** Fenced blocks as CommonMark has them: three or more of one character, closed by at least as many. */
function blocksIn(answer: string): Block[] {
  const blocks: Block[] = [];
  let fence: string | undefined;
  let lines: string[] = [];
  for (const line of answer.split(/\r?\n/)) {
    const [, marks, rest] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (fence === undefined) {
      if (marks && !(marks.startsWith('`') && rest?.includes('`'))) fence = marks;
    } else if (marks?.startsWith(fence) && rest?.trim() === '') {
      blocks.push({ code: lines.join('\n'), isClosed: true });
      fence = undefined;
      lines = [];
    } else lines.push(line);
  }
  if (fence !== undefined) blocks.push({ code: lines.join('\n'), isClosed: false });
  return blocks;
}
