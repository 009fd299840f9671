/** The review's page and what it asks for, on this machine only. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, ProofstillError } from '../core/errors.ts';
import { Desk, type Reply } from './desk.ts';
import type { Session } from './session.ts';

const ADDRESS = '127.0.0.1';

export interface ReviewServerOptions {
  /** The built page, which names its own policy. */
  readonly page: string;
  /** @default any that is free */
  readonly port?: number;
}

export interface ReviewServer {
  /** With the token: whoever has it may read and decide. */
  readonly url: string;
  /** Leads to `url` once: for the command that opens a browser, since every user of this machine can read its arguments. */
  readonly openUrl: string;
  /** Resolves when the reviewer is done, rejects with what is a bug. */
  readonly done: Promise<void>;
  /** Ends every connection; what is being verified is not recorded any more. */
  close(): Promise<void>;
}

/** Serves a session. @throws config error where the port cannot be had; record error for a page that was not built */
export async function serveReview(session: Session, { page, port = 0 }: ReviewServerOptions): Promise<ReviewServer> {
  const policy = `${policyOf(page)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  const closing = new AbortController();
  const server = createServer();
  const bound = await listening(server, port);
  const desk = new Desk({ session, page, policy, port: bound, signal: closing.signal });
  const done = new Promise<void>((resolve, reject) => {
    server.on('request', (request, response) => {
      answer(desk, request, response).then(
        (isLast) => isLast && resolve(),
        (error: unknown) => {
          response.destroy();
          // Nobody waits for what a reload broke off, nor for what this server's end did.
          if (!request.errored && !closing.signal.aborted) reject(error);
        },
      );
    });
  });
  return {
    url: `http://${ADDRESS}:${bound}/?token=${desk.token}`,
    openUrl: `http://${ADDRESS}:${bound}/?once=${desk.key}`,
    done,
    close: () => {
      closing.abort();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Answers a request. @returns whether it was the last */
async function answer(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const { status, headers, body, isLast = false } = await desk.answer(request);
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(status, { ...HEADERS, 'Content-Type': `${type}; charset=utf-8`, ...headers });
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.end(typeof body === 'string' ? body : JSON.stringify(body satisfies Reply['body']));
  });
  return isLast;
}

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Listens on this machine's own address. @returns the port */
function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const hint = 'Leave --port out, and a free one is taken.';
      const message = `cannot listen on ${ADDRESS}: ${messageOf(cause)}`;
      reject(new ProofstillError('config', message, { place: `--port ${port}`, hint, cause }));
    });
    server.listen(port, ADDRESS, () => resolve((server.address() as AddressInfo).port));
  });
}

/** The policy that the build wrote into the page, hashes of its script and style: a header can forbid frames too. */
function policyOf(page: string): string {
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  if (policy !== undefined) return policy;
  throw new ProofstillError('record', 'expected a page with a policy, found none', { hint: 'Run `npm run build`.' });
}
