/**
 * Who may speak to a local page's server. Any web page that a browser shows can send requests to 127.0.0.1, and by a name
 * that resolves to it (DNS rebinding) even read the answers; so can every other user of this machine.
 */

import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { sha256 } from '../core/hash.ts';

/** What a request is refused with. */
export interface Refusal {
  readonly status: number;
  readonly body: { readonly error: string };
}

export function refusal(status: number, error: string): Refusal {
  return { status, body: { error } };
}

const NAMES = ['127.0.0.1', 'localhost'];
const TOKEN_BYTES = 16;
const MOST_BODY_BYTES = 2 ** 20;

/** 128 random bits as hex. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('hex');
}

/** Whether a text is the token; how long it takes says nothing of how much of it is right. */
export function isToken(text: string | null | undefined, token: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(text ?? '')), Buffer.from(sha256(token)));
}

/** What is wrong with where a request comes from or goes to, before anything else of it is looked at. */
export function refusalOf({ headers, method }: IncomingMessage, port: number): Refusal | undefined {
  const { host, origin } = headers;
  // The name in the address bar: another one that resolves to this machine is somebody else's page.
  if (host === undefined || !NAMES.some((name) => host === `${name}:${port}`)) {
    return refusal(403, `expected the host 127.0.0.1:${port} or localhost:${port}`);
  }
  if (origin === undefined ? method !== 'GET' : origin !== `http://${host}`) {
    return refusal(403, `expected the origin http://${host}`);
  }
  return undefined;
}

/** The token of `Authorization: Bearer <token>`. A page of another origin cannot set this header without leave, which nobody gives. */
export function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
}

/** The JSON body of a request of at most 1 MiB. */
export async function bodyOf(request: IncomingMessage): Promise<{ value: unknown } | Refusal> {
  if (!/^application\/json(?:\s*;|$)/i.test(request.headers['content-type'] ?? '')) {
    return refusal(415, 'expected application/json');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  // The refusal is still to be sent over what a broken-off loop would destroy.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) return refusal(413, `expected at most ${MOST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return { value: JSON.parse(Buffer.concat(chunks).toString()) };
  } catch {
    return refusal(400, 'expected JSON');
  }
}
