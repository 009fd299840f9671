/** Cuts a text where nothing is open: no bracket, no matrix. */

const OPENING = '([{⟨';
const CLOSING = ')]}⟩';

export interface Cut {
  readonly part: string;
  /** What stood behind the part; empty behind the last one. */
  readonly separator: string;
}

/**
 * Parts and separators in their order. Round and square brackets close each other, for [0,1) is an interval.
 * @param separator sticky; it is tried at every place where nothing is open.
 */
export function cutAtTop(text: string, separator: RegExp): readonly Cut[] {
  // Most texts hold no separator, in brackets or out of them.
  if (!anywhere(separator).test(text)) return [{ part: text, separator: '' }];
  const cuts: Cut[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (OPENING.includes(text[at] as string) || text.startsWith('\\begin{', at)) depth++;
    if (CLOSING.includes(text[at] as string)) depth--;
    if (text.startsWith('\\end{', at)) depth--;
    if (depth > 0) continue;
    separator.lastIndex = at;
    const [found] = separator.exec(text) ?? [];
    if (!found) continue;
    cuts.push({ part: text.slice(start, at), separator: found });
    start = at + found.length;
    at = start - 1;
  }
  return [...cuts, { part: text.slice(start), separator: '' }];
}

const SEARCHES = new Map<RegExp, RegExp>();

/** A sticky expression as one that looks everywhere. */
function anywhere(sticky: RegExp): RegExp {
  const search = SEARCHES.get(sticky) ?? new RegExp(sticky.source, sticky.flags.replace('y', ''));
  SEARCHES.set(sticky, search);
  return search;
}

/** The parts alone, trimmed. */
export function splitAtTop(text: string, separator: RegExp): readonly string[] {
  return cutAtTop(text, separator).map(({ part }) => part.trim());
}

/** How many brackets are open at once, at most. */
export function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (OPENING.includes(character)) deepest = Math.max(deepest, ++depth);
    if (CLOSING.includes(character)) depth--;
  }
  return deepest;
}

/** Brackets round the whole of a text, and what is in them. */
export interface Bracketed {
  readonly open: string;
  readonly close: string;
  readonly inner: string;
}

export function bracketed(text: string): Bracketed | undefined {
  if (!OPENING.includes(text[0] ?? ' ') || !CLOSING.includes(text.at(-1) as string) || text.length < 2)
    return undefined;
  let depth = 0;
  for (let at = 0; at < text.length - 1; at++) {
    if (OPENING.includes(text[at] as string)) depth++;
    if (CLOSING.includes(text[at] as string) && --depth === 0) return undefined;
  }
  return depth === 1 ? { open: text[0] as string, close: text.at(-1) as string, inner: text.slice(1, -1) } : undefined;
}
