/** The `openai` client, kept from everything that it would do by itself. */

import OpenAI from 'openai';
import type { Endpoint } from '../../core/endpoint.ts';
import { wireFetch } from './wire.ts';

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
    fetch: wireFetch(key),
  });
}
