/**
 * `fetch` for the `openai` client on node:http. The built-in one ends a request by itself after five minutes without a
 * header or a byte, follows redirects, and costs several times as much for each answer.
 */

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

/** Sockets without a limit: how many requests may be under way is the limiter's to say. */
const HTTP = new HttpAgent({ keepAlive: true });
const HTTPS = new HttpsAgent({ keepAlive: true });

/**
 * A fetch that sends the key, and no other header than it must: none that an environment variable, or the client's own
 * telemetry, adds. It follows no redirect, and ends with the signal.
 */
export function wireFetch(key: string): typeof fetch {
  const headers = {
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'user-agent': 'proofstill',
  };
  return (input, init = {}) => sendTo(new URL(String(input)), init, headers);
}

function sendTo(url: URL, init: RequestInit, headers: Record<string, string>): Promise<Response> {
  const isSecure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const options = {
      method: init.method ?? 'GET',
      headers,
      agent: isSecure ? HTTPS : HTTP,
      ...(init.signal ? { signal: init.signal } : {}),
    };
    const request = (isSecure ? httpsRequest : httpRequest)(url, options, (answer) => resolve(responseOf(answer, url)));
    request.on('error', reject);
    request.end(init.body as string | undefined);
  });
}

/** As much of a Response as the client and we read; its body is iterated, not streamed. */
function responseOf(answer: IncomingMessage, url: URL): Response {
  const status = answer.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const response: Pick<Response, 'ok' | 'status' | 'url' | 'headers' | 'text' | 'json'> & {
    body: AsyncIterable<Uint8Array>;
  } = {
    ok: status >= 200 && status < 300,
    status,
    url: url.href,
    headers,
    body: answer,
    text: () => text(answer),
    json: async () => JSON.parse(await text(answer)),
  };
  return response as unknown as Response;
}
