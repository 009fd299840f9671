/** What can be known of an endpoint before anything is paid: whether it is there, takes the key, and has the model. */

import { APIError } from 'openai';
import type { Endpoint } from '../../core/endpoint.ts';
import { ProofstillError } from '../../core/errors.ts';
import { openClient } from './client.ts';
import { faultOf, shown, TimedOut } from './faults.ts';
import { keyFor, redactor } from './keys.ts';

export interface CheckOptions {
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** @default 10 */
  readonly timeoutSeconds?: number;
}

export interface Checked {
  /** That the server says it has; empty where it does not say. */
  readonly models: readonly string[];
  /** What could not be checked. */
  readonly note?: string;
}

const SHOWN = 5;

/**
 * Asks for the list of models, which costs nothing. A server without one is let pass, with a note.
 * @throws config error where there is no key for the host, the key is refused, the base URL is not that of an
 * OpenAI-compatible server, or it has no such model; model error where no server is reached.
 */
export async function checkEndpoint(endpoint: Endpoint, options: CheckOptions = {}): Promise<Checked> {
  const { env = process.env, timeoutSeconds = 10 } = options;
  const key = keyFor(endpoint, env);
  const asked = await list(endpoint, key, timeoutSeconds);
  if ('error' in asked) return withoutList(endpoint, asked.error, { key, timeoutSeconds });
  const { models, isNamed } = asked;
  if (isNamed && !models.some((model) => isSame(model, endpoint.model))) {
    const names = similar(models, endpoint.model).map((name) => shown(name, redactor(key)));
    throw new ProofstillError('config', `the server has no model ${endpoint.model}`, {
      place: `endpoint ${endpoint.baseURL}`,
      hint: models.length > 0 ? `It has ${names.join(', ')}.` : 'It has none at all: load one first.',
    });
  }
  return { models };
}

interface List {
  readonly models: readonly string[];
  /** Whether the server minds what its model is called: llama.cpp has one, by whatever name. */
  readonly isNamed: boolean;
}

async function list(endpoint: Endpoint, key: string, timeoutSeconds: number): Promise<List | { error: unknown }> {
  const controller = new AbortController();
  const late = new TimedOut(`there was no list of models in ${timeoutSeconds} s`);
  const timer = setTimeout(() => controller.abort(late), timeoutSeconds * 1000);
  let text: string;
  try {
    const client = openClient(endpoint, key, timeoutSeconds * 2000);
    const response = await client.get('/models', { signal: controller.signal }).asResponse();
    text = await response.text();
  } catch (error) {
    return { error: controller.signal.aborted ? late : error };
  } finally {
    clearTimeout(timer);
  }
  const entries = entriesOf(text);
  if (!entries) {
    throw new ProofstillError(
      'config',
      'expected a list of models, got something else: this is no OpenAI-compatible server',
      {
        place: `endpoint ${endpoint.baseURL}`,
        hint: 'Give the URL under which it has /chat/completions, which often ends in /v1.',
      },
    );
  }
  const models = entries.map(({ id }) => id).filter((id): id is string => typeof id === 'string');
  return { models, isNamed: !entries.some(({ owned_by }) => owned_by === 'llamacpp') };
}

type Entry = { readonly id?: unknown; readonly owned_by?: unknown };

/** `{ data: [{ id }] }`, or the bare list that Together gives. */
function entriesOf(text: string): readonly Entry[] | undefined {
  try {
    const read = JSON.parse(text) as { data?: unknown } | unknown[];
    const data = Array.isArray(read) ? read : read?.data;
    return Array.isArray(data) ? data.filter((entry) => typeof entry === 'object' && entry !== null) : undefined;
  } catch {
    return undefined;
  }
}

/** What it means that there is no list. */
async function withoutList(
  endpoint: Endpoint,
  error: unknown,
  { key, timeoutSeconds }: { readonly key: string; readonly timeoutSeconds: number },
): Promise<Checked> {
  const place = `endpoint ${endpoint.baseURL}`;
  const redact = redactor(key);
  const status = error instanceof APIError ? error.status : undefined;
  if (status === 404) {
    const below = { ...endpoint, baseURL: `${endpoint.baseURL.replace(/\/+$/, '')}/v1` };
    const found = await list(below, key, timeoutSeconds).catch(() => ({ error }));
    if ('error' in found)
      return {
        models: [],
        note: 'the server has no list of models: whether it has this one shows with the first call',
      };
    throw new ProofstillError('config', 'there is nothing at this URL', {
      place,
      hint: `Did you mean ${below.baseURL}?`,
    });
  }
  const fault = faultOf(error, { place, redact, hasSucceeded: status !== undefined, now: Date.now() });
  if (fault.kind === 'fatal') throw fault.error;
  if (status !== undefined) return { models: [], note: `the server gave no list of models: ${fault.what}` };
  throw new ProofstillError('model', `cannot reach the server: ${fault.what}`, {
    place,
    hint: 'Check the base URL, and that the server runs.',
  });
}

/** Ollama's names have a tag, and others' a publisher, that may be left out. */
function isSame(model: string, asked: string): boolean {
  return model === asked || model === `${asked}:latest` || model.endsWith(`/${asked}`);
}

/** A few names, those first that share the longest beginning with what was asked for. */
function similar(models: readonly string[], asked: string): string[] {
  const shared = (model: string): number => {
    let length = 0;
    while (length < asked.length && model[length] === asked[length]) length++;
    return length;
  };
  const nearest = models.toSorted((left, right) => shared(right) - shared(left)).slice(0, SHOWN);
  return models.length > SHOWN ? [...nearest, '…'] : nearest;
}
