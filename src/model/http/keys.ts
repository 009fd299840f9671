/** Where an endpoint's key comes from, and where it may go: only to the host that it was set for. */

import type { Endpoint } from '../../core/endpoint.ts';
import { ProofstillError } from '../../core/errors.ts';

/** The hosts whose keys have a name that everybody uses. */
const KNOWN_HOSTS: Readonly<Record<string, string>> = {
  'api.deepseek.com': 'DEEPSEEK_API_KEY',
  'api.openai.com': 'OPENAI_API_KEY',
  'openrouter.ai': 'OPENROUTER_API_KEY',
  'api.together.xyz': 'TOGETHER_API_KEY',
  'api.fireworks.ai': 'FIREWORKS_API_KEY',
  'api.groq.com': 'GROQ_API_KEY',
  'api.mistral.ai': 'MISTRAL_API_KEY',
  'api.x.ai': 'XAI_API_KEY',
  'dashscope.aliyuncs.com': 'DASHSCOPE_API_KEY',
  'dashscope-intl.aliyuncs.com': 'DASHSCOPE_API_KEY',
};

/** The variable of every other host. */
const OTHER_HOSTS = 'PROOFSTILL_API_KEY';

/** Every variable that a key is looked for in unless a config names another. */
export const KEY_NAMES: readonly string[] = [...new Set([...Object.values(KNOWN_HOSTS), OTHER_HOSTS])];

/** What is sent where no key is needed: the protocol's clients always send one. */
const NO_KEY = 'none';

/** Host and port of an endpoint, as records name its provider. */
export function hostOf(endpoint: Endpoint): string {
  return new URL(endpoint.baseURL).host;
}

/** Whether an endpoint is on this machine. */
export function isLocal(endpoint: Endpoint): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/.test(new URL(endpoint.baseURL).hostname);
}

/** Whether an endpoint belongs to one of the companies whose hosts are known, with their strict reading of requests. */
export function isKnownHost(endpoint: Endpoint): boolean {
  return Object.hasOwn(KNOWN_HOSTS, hostOf(endpoint));
}

/**
 * The key to send to an endpoint. A variable's key goes to the host that it is well known for, and to the one that its
 * companion `<NAME>_HOST` names exactly (host, or host:port): a config from elsewhere cannot send it anywhere else, nor
 * any other variable at all. This machine needs none.
 * @throws config error where there is no key, or it is not for this host, or it would travel in the clear.
 */
export function keyFor(endpoint: Endpoint, env: NodeJS.ProcessEnv): string {
  const host = hostOf(endpoint);
  const name = endpoint.apiKeyEnv ?? (isKnownHost(endpoint) ? KNOWN_HOSTS[host]! : OTHER_HOSTS);
  const companion = `${name}_HOST`;
  const isNamed = env[companion]?.trim() === host;
  if (isLocal(endpoint) && endpoint.apiKeyEnv === undefined && !isNamed) return NO_KEY;
  const isKnown = KNOWN_HOSTS[host] === name;
  const place = `endpoint ${endpoint.baseURL}`;
  if (!isNamed && !isKnown) {
    throw new ProofstillError('config', `expected ${companion} to say that the key in ${name} is for ${host}`, {
      place,
      hint: `If you trust this host with the key: export ${companion}=${host}`,
    });
  }
  const key = env[name]?.trim();
  if (!key) {
    throw new ProofstillError(
      'config',
      `expected a key for ${host} in the environment variable ${name}, it is not set`,
      {
        place,
        hint: isKnown
          ? `export ${name}=… with your key.`
          : `export ${name}=… with its key, or any word if it asks for none.`,
      },
    );
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ProofstillError('config', `the key in ${name} has spaces or characters that no header can hold`, {
      place,
    });
  }
  if (endpoint.baseURL.startsWith('http:') && !isNamed) {
    throw new ProofstillError('config', `expected https: the key in ${name} would travel in the clear`, {
      place,
      hint: `Write the base URL with https, or export ${companion}=${host} if you trust the way.`,
    });
  }
  return key;
}

const REDACTED = '[key]';
/** Keys as servers echo them: named, in full, or with their middle starred out. */
const ECHOES = [
  /Bearer\s+[^\s"',;]+/gi,
  /\b(?:sk|gsk|pk|xai|fw|key)-[\w*.…•-]{6,}/g,
  /[\w-]*(?:\*{2,}|•{2,})[\w*•-]*/g,
];
/** A run of a key's characters that is too long to be chance. */
const RECOGNISABLE = 8;

/** Makes what takes a key, whole or in part, out of anything that is shown or recorded. */
export function redactor(key: string): (text: string) => string {
  return (text) => {
    let clean = withoutKey(text, key);
    for (const echo of ECHOES) clean = clean.replace(echo, REDACTED);
    for (let start = 0; key !== NO_KEY && start + RECOGNISABLE <= key.length; start++) {
      clean = clean.replaceAll(key.slice(start, start + RECOGNISABLE), REDACTED);
    }
    return clean;
  };
}

/** A model's own words without the whole key; anything that merely looks like one is the model's to say. */
export function withoutKey(text: string, key: string): string {
  return key === NO_KEY ? text : text.replaceAll(key, REDACTED);
}
