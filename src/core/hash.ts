/** Content hashes: what is the same has the same name. */

import { hash } from 'node:crypto';

/** SHA-256 in hex of bytes or text. */
export function sha256(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}

/** SHA-256 of a JSON value, whatever the order of its objects' keys. */
export function contentHash(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** JSON with every object's keys sorted and `undefined` members left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  );
}
