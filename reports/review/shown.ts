/** Text of models and suites as a reviewer must see it: as text only, with what a screen would not show named. */

import { el } from '../page/dom.ts';

/** Controls, bidi marks, lone surrogates and the like, but for tab, line feed and the joiners that scripts are written with. */
const UNSEEN = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;

/** The text as nodes; each invisible character as its code point in a frame. */
export function shown(text: string): (Node | string)[] {
  const nodes: (Node | string)[] = [];
  let end = 0;
  for (const { 0: unseen, index } of text.matchAll(UNSEEN)) {
    const code = (unseen.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
    nodes.push(text.slice(end, index), el('span', { class: 'unseen' }, `U+${code}`));
    end = index + unseen.length;
  }
  return [...nodes, text.slice(end)];
}
