/** The `openai` client, kept from everything that it would do by itself. */

import OpenAI from 'openai';
import type { Endpoint } from '../../core/endpoint.ts';

/** The headers that leave this machine: none that an environment variable, or the client's own telemetry, adds. */
const SENT_HEADERS = ['accept', 'authorization', 'content-type'];

/**
 * A client of the endpoint. It retries nothing, follows no redirect (the key would go along), logs nothing and reads no
 * environment variable of OpenAI's.
 */
export function openClient(endpoint: Endpoint, key: string, timeoutMs: number): OpenAI {
  return new OpenAI({
    baseURL: endpoint.baseURL.replace(/\/+$/, ''),
    apiKey: key,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
    fetch: plainFetch,
  });
}

const plainFetch: typeof fetch = (url, init = {}) => {
  const given = new Headers(init.headers);
  const headers: Record<string, string> = { 'user-agent': 'proofstill' };
  for (const name of SENT_HEADERS) {
    const value = given.get(name);
    if (value !== null) headers[name] = value;
  }
  return fetch(url, { ...init, headers, redirect: 'manual' });
};
