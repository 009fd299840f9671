/** A real HTTP server that speaks the OpenAI protocol, with as bad a temper as its script says. */

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answerer, addNumbers, type ChatBody } from './answers.ts';
import { eventsOf, type Reply, replyOf, wholeReply } from './reply.ts';
import { type Fault, REFUSALS, type Refusal, type Temper } from './temper.ts';

export interface OpenaiServerOptions {
  /** @default adds the numbers of the prompt */
  readonly answer?: Answerer;
  /** @default an even one */
  readonly temper?: Temper;
  /** @default teacher */
  readonly models?: readonly string[];
  /** Who owns them: `vllm`, `llamacpp`. */
  readonly ownedBy?: string;
  /** Whoever does not send it gets a 401. */
  readonly key?: string;
  /** What a 429 tells its client to wait, and how far its date lies ahead. @default 0 */
  readonly retryAfterSeconds?: number;
  /** Answers /v1/models with a 404. */
  readonly isWithoutList?: boolean;
}

export interface ServerStats {
  /** Chat requests that arrived. */
  requests: number;
  /** Those that were answered whole and soundly, to the last byte. */
  completed: number;
  /** Spoilt or refused, by what was done to them. */
  faults: Partial<Record<Fault | Refusal, number>>;
  /** Each Authorization header that was seen. */
  authorizations: string[];
  /** Most requests that were under way at once. */
  peak: number;
  /** Under way now. */
  underWay: number;
  /** The last chat request. */
  lastBody?: ChatBody;
  lastHeaders?: IncomingHttpHeaders;
}

export interface OpenaiServer {
  readonly baseURL: string;
  readonly stats: ServerStats;
  /** Of each chat request in the order in which they arrived: what tells one call from another. */
  readonly seeds: readonly (number | undefined)[];
  close(): Promise<void>;
}

/** Starts it on a free port of this machine. */
export async function startOpenaiServer(options: OpenaiServerOptions = {}): Promise<OpenaiServer> {
  const stats: ServerStats = { requests: 0, completed: 0, faults: {}, authorizations: [], peak: 0, underWay: 0 };
  const seeds: (number | undefined)[] = [];
  const server = createServer((request, response) => {
    stats.peak = Math.max(stats.peak, ++stats.underWay);
    serve(request, response, { options, stats, seeds })
      .catch(() => response.destroy())
      .finally(() => stats.underWay--);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    stats,
    seeds,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Serving {
  readonly options: OpenaiServerOptions;
  readonly stats: ServerStats;
  readonly seeds: (number | undefined)[];
}

async function serve(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const { options, stats, seeds } = serving;
  const authorization = request.headers.authorization ?? '';
  if (!stats.authorizations.includes(authorization)) stats.authorizations.push(authorization);
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  if (options.key !== undefined && authorization !== `Bearer ${options.key}`) {
    return refuse(response, '401', authorization);
  }
  if (request.url === '/v1/models' && !options.isWithoutList) {
    const data = (options.models ?? ['teacher']).map((id) => ({
      id,
      object: 'model',
      owned_by: options.ownedBy ?? 'us',
    }));
    return json(response, 200, { object: 'list', data });
  }
  if (request.url !== '/v1/chat/completions') return json(response, 404, { detail: 'Not Found' });

  const body = JSON.parse(text) as ChatBody;
  const n = stats.requests++;
  stats.lastBody = body;
  seeds.push(body.seed);
  stats.lastHeaders = request.headers;
  const { fault, form = 'reasoning_content', latencyMs = 0 } = (await options.temper?.({ n, body })) ?? {};
  if (fault) stats.faults[fault] = (stats.faults[fault] ?? 0) + 1;
  if (latencyMs > 0) await sleep(latencyMs);
  if (fault && (REFUSALS as readonly string[]).includes(fault))
    return refuse(response, fault as Refusal, authorization);
  if (fault && (await spoilBeforehand(response, fault as Fault, options))) return;
  const reply = replyOf(body, (options.answer ?? addNumbers)(body), form);
  if (!body.stream || form === 'not-streamed') json(response, 200, wholeReply(body, reply), fault === 'truncated');
  else await stream(response, body, { reply, fault });
  if (!fault) stats.completed++;
}

async function stream(
  response: ServerResponse,
  body: ChatBody,
  { reply, fault }: { readonly reply: Reply; readonly fault: Fault | Refusal | undefined },
): Promise<void> {
  const events = eventsOf(body, reply, fault);
  const half = Math.ceil(events.length / 2);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(events.slice(0, half).join(''));
  if (fault === 'reset-midstream') {
    await flushed(response);
    response.socket?.resetAndDestroy();
  } else if (fault === 'stall') {
    await new Promise((resolve) => response.on('close', resolve));
  } else if (fault === 'truncated') {
    response.end(events[half]?.slice(0, 20));
  } else {
    response.end(events.slice(half).join(''));
  }
}

/** Faults without a stream. @returns whether it was one of them. */
async function spoilBeforehand(response: ServerResponse, fault: Fault, options: OpenaiServerOptions): Promise<boolean> {
  const seconds = options.retryAfterSeconds ?? 0;
  if (fault === '429-seconds') response.setHeader('retry-after', String(seconds));
  if (fault === '429-date') response.setHeader('retry-after', new Date(Date.now() + seconds * 1000).toUTCString());
  const status = /^\d{3}/.exec(fault)?.[0];
  if (status) json(response, Number(status), { error: { message: `a ${status} by script`, type: 'server_error' } });
  else if (fault === 'reset') response.socket?.resetAndDestroy();
  else if (fault === 'html') {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><title>Sign in to the network</title>');
  } else return false;
  return true;
}

/** Refuses as servers do that echo the key in full and in part. */
function refuse(response: ServerResponse, refusal: Refusal, authorization: string): void {
  const key = authorization.replace('Bearer ', '');
  const echo = `Incorrect API key provided: ${key} (${key.slice(0, 8)}***${key.slice(-4)}), sent as ${authorization}`;
  if (refusal === 'redirect') response.writeHead(307, { location: 'http://127.0.0.1:9/v1/chat/completions' }).end();
  else if (refusal === 'quota') json(response, 429, { error: { message: echo, code: 'insufficient_quota' } });
  else if (refusal === 'no-counting') {
    json(response, 400, { error: { message: "Unknown parameter: 'stream_options.continuous_usage_stats'." } });
  } else json(response, Number(refusal), { error: { message: echo, code: null } });
}

function json(response: ServerResponse, status: number, value: object, isTruncated = false): void {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(isTruncated ? text.slice(0, text.length / 2) : text);
}

/** Resolves once what was written has left, so that a reset comes after it. */
function flushed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.write(': on its way\n\n', () => resolve()));
}
