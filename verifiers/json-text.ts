/** Reads JSON that a model wrote: refused by size and depth before it is parsed, and by keys that say two things. */

import { LIMITS } from 'proofstill';

const JSON_LIMITS = {
  /** Characters of one document. */
  characters: 65_536,
  /** Objects and arrays inside one another. */
  depth: LIMITS.depth,
  /** Objects, arrays, keys and values together: what compares members pairwise costs its square. */
  members: 4_096,
} as const;

export type JsonReading =
  | { readonly value: unknown }
  | { readonly reason: 'no-json' | 'too-long' | 'too-deep' | 'too-large' | 'duplicate-key'; readonly detail?: string };

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|([{[])|([}\]])|([,:])|([^\s{}[\],:"]+))/y;

/**
 * Parses one JSON document (RFC 8259). An object with one key twice is refused as `duplicate-key`: parsers differ in
 * which of the two they take, so it gives two answers. Never throws.
 */
export function readJson(text: string): JsonReading {
  if (text.length > JSON_LIMITS.characters) return { reason: 'too-long', detail: `${text.length} characters` };
  const keysOf: Set<string>[] = [];
  let [members, string] = [0, undefined as string | undefined];
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text); token; token = TOKEN.exec(text)) {
    const [, quoted, opening, closing, mark] = token;
    if (quoted !== undefined || opening !== undefined) members++;
    if (mark === undefined && closing === undefined && quoted === undefined && opening === undefined) members++;
    if (opening) keysOf.push(new Set());
    if (closing) keysOf.pop();
    if (keysOf.length > JSON_LIMITS.depth) return { reason: 'too-deep' };
    if (members > JSON_LIMITS.members) return { reason: 'too-large' };
    if (mark === ':' && string !== undefined) {
      const key = parsed(string);
      const keys = keysOf.at(-1);
      if (typeof key === 'string' && keys?.has(key)) return { reason: 'duplicate-key', detail: string.slice(0, 80) };
      if (typeof key === 'string') keys?.add(key);
    }
    string = quoted;
  }
  const value = parsed(text);
  return value === undefined ? { reason: 'no-json' } : { value };
}

/** JSON has no `undefined`, so that it can stand for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
