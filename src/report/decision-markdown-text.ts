/**
 * Untrusted text in GitHub's markdown. A name goes into a code span, in which GitHub reads no mention, reference, link,
 * emoji or HTML. A sentence stays prose: what markdown reads becomes an entity, and what GitHub looks for in the text
 * after it was rendered (`@name`, `#1`, `GH-1`, `www.`, a commit's hash) is parted by an invisible word joiner, for
 * there an entity is a plain character again.
 */

import { LONGEST, visible } from './decision-text.ts';
import { UNKNOWN } from './format.ts';

const JOINER = '\u2060';

/**
 * A name as a code span whose fence is longer than any run of backticks in it; a dash where it is empty. A pipe becomes
 * `¦`, because no escape of one holds in a table behind a backslash.
 */
export function nameInMarkdown(name: string): string {
  const text = visible(name, LONGEST.name).replaceAll('|', '¦').trim();
  if (text === '') return UNKNOWN;
  const fence = '`'.repeat(Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length)) + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** A sentence as prose on one line, also in a table and at the start of a line. */
export function proseInMarkdown(sentence: string): string {
  return visible(sentence, LONGEST.sentence)
    .trim()
    .replace(/@|#|(?<=GHSA)-|(?<=[a-z])-(?=\d)|:(?=\/\/|[\w+-]+:)|www(?=\.)|[0-9a-f]{6}(?=[0-9a-f])/gi, `$&${JOINER}`)
    .replace(/[&<>"'|`*_[\]~\\$#!]|^[-+=\d]/g, (character) => `&#${character.charCodeAt(0)};`);
}
