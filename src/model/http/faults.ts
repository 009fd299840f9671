/** What a failed request means: worth another try, a refusal of this one request, or the end. */

import { APIConnectionError, APIError } from 'openai';
import { type ErrorCode, messageOf, ProofstillError } from '../../core/errors.ts';
import { askedWaitMs } from './retry.ts';
import { BadReply } from './stream.ts';

export type Fault =
  | {
      readonly kind: 'retry';
      readonly what: string;
      /** What the server asks to wait. */
      readonly waitMs?: number;
      /** Whether it may come of asking too much at once. */
      readonly isCrowded: boolean;
    }
  | { readonly kind: 'refused'; readonly what: string }
  | { readonly kind: 'fatal'; readonly error: ProofstillError };

/** No answer, or no whole one, in the time that an endpoint's limits give it. */
export class TimedOut extends Error {}

export interface FaultContext {
  /** Where it happened, for an error: the endpoint. */
  readonly place: string;
  readonly redact: (text: string) => string;
  /** Whether anything was ever answered: then a refusal is about one request, else about all. */
  readonly hasSucceeded: boolean;
  readonly now: number;
}

/** Codes of the connection, before any answer, that mean a wrong address rather than a bad moment. */
const WRONG_ADDRESS = /^(?:ENOTFOUND|ECONNREFUSED|EPROTO|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|CERT_|UNABLE_TO)/;
/** Longer than this, waiting is a person's affair. */
const LONGEST_WAIT_MS = 600_000;
const SHOWN = 300;

/** Judges whatever a request threw. */
export function faultOf(error: unknown, context: FaultContext): Fault {
  const what = shown(messageOf(error), context.redact);
  if (error instanceof TimedOut) return { kind: 'retry', what, isCrowded: true };
  if (error instanceof BadReply) return { kind: 'retry', what, isCrowded: false };
  if (error instanceof SyntaxError) return { kind: 'retry', what: 'the answer is not JSON', isCrowded: false };
  if (error instanceof APIError && error.status !== undefined) return faultOfStatus(error, what, context);
  const code = codeOf(error);
  if (error instanceof APIConnectionError && WRONG_ADDRESS.test(code) && !context.hasSucceeded) {
    return fatal(
      'model',
      `cannot reach the server: ${code || what}`,
      context,
      'Check the base URL, and that the server runs.',
    );
  }
  return { kind: 'retry', what: code ? `the connection failed: ${code}` : what, isCrowded: false };
}

function faultOfStatus(error: APIError, what: string, context: FaultContext): Fault {
  const status = error.status as number;
  const headers = (error.headers as Headers | undefined) ?? new Headers();
  if (status >= 300 && status < 400) {
    const location = shown(headers.get('location') ?? 'another address', context.redact);
    return fatal(
      'config',
      `the server redirects to ${location}, where no key is sent`,
      context,
      'Write that address as baseURL if you trust it.',
    );
  }
  if (status === 401 || status === 403) {
    return fatal(
      'config',
      `the server refuses the key: ${what}`,
      context,
      'Check the key in the environment variable, and that it may use this model.',
    );
  }
  if (status === 404) {
    return fatal(
      'config',
      `there is no such model or address: ${what}`,
      context,
      'Check the model, and that the base URL ends as the server wants it, often in /v1.',
    );
  }
  if (status === 402 || error.code === 'insufficient_quota') {
    return fatal(
      'model',
      `the account is used up: ${what}`,
      context,
      'Top it up, then start the same command again: answered calls are kept.',
    );
  }
  if (status === 408 || status === 409 || status === 425 || status === 429 || status >= 500) {
    const waitMs = askedWaitMs(headers, context.now);
    if (waitMs !== undefined && waitMs > LONGEST_WAIT_MS) {
      const message = `the server asks to wait ${Math.ceil(waitMs / 60_000)} minutes: ${what}`;
      return fatal('model', message, context, 'Start the same command again after that: answered calls are kept.');
    }
    const isCrowded = status === 408 || status === 429 || status === 503 || status === 529;
    return { kind: 'retry', what, isCrowded, ...(waitMs === undefined ? {} : { waitMs }) };
  }
  if (context.hasSucceeded) return { kind: 'refused', what };
  return fatal(
    'config',
    `the server refuses the request: ${what}`,
    context,
    'Its first one already, so the settings are to blame: see its message.',
  );
}

function fatal(code: ErrorCode, message: string, { place }: FaultContext, hint: string): Fault {
  return { kind: 'fatal', error: new ProofstillError(code, message, { place, hint }) };
}

/** A server's own words, without a key, control characters or a whole page of HTML. */
export function shown(said: string, redact: (text: string) => string): string {
  const text = redact(said)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** The innermost code of a chain of causes: `ECONNRESET` of `fetch failed` of `Connection error.` */
function codeOf(error: unknown): string {
  let found = '';
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string') found = code;
  }
  return found;
}
