import { describe, expect, it } from 'vitest';
import { keyFor, redactor, withoutKey } from './keys.ts';

const KEY = 'sk-abcdefghijklmnopqrstuvwxyz123456';
const at = (baseURL: string, apiKeyEnv?: string) => ({ model: 'm', baseURL, ...(apiKeyEnv ? { apiKeyEnv } : {}) });

describe('a key', () => {
  it('goes to the host that its variable is well known for', () => {
    expect(keyFor(at('https://api.deepseek.com/v1'), { DEEPSEEK_API_KEY: ` ${KEY}\n` })).toBe(KEY);
    expect(keyFor(at('https://api.openai.com/v1', 'OPENAI_API_KEY'), { OPENAI_API_KEY: KEY })).toBe(KEY);
  });

  it('goes to the one other host that its companion names', () => {
    const env = { MY_KEY: KEY, MY_KEY_HOST: 'gpu-box:8000' };
    expect(keyFor(at('http://gpu-box:8000/v1', 'MY_KEY'), env)).toBe(KEY);
    const shared = { PROOFSTILL_API_KEY: KEY, PROOFSTILL_API_KEY_HOST: 'llm.example.org' };
    expect(keyFor(at('https://llm.example.org/v1'), shared)).toBe(KEY);
  });

  it.each(['http://localhost:8000/v1', 'http://127.0.0.1:1/v1', 'http://[::1]:8000/v1', 'http://0.0.0.0:8000/v1'])(
    'is not needed at %s, and none is sent',
    (baseURL) => expect(keyFor(at(baseURL), { OPENAI_API_KEY: KEY, PROOFSTILL_API_KEY: KEY })).toBe('none'),
  );

  it.each([
    ['a known variable to another host', at('https://evil.example/v1', 'OPENAI_API_KEY'), 'OPENAI_API_KEY_HOST'],
    ['a known variable to another port', at('https://api.openai.com:8443/v1', 'OPENAI_API_KEY'), 'OPENAI_API_KEY_HOST'],
    ['one company’s variable to another', at('https://api.deepseek.com', 'OPENAI_API_KEY'), 'OPENAI_API_KEY_HOST'],
    [
      'any variable of the environment',
      at('https://evil.example/v1', 'AWS_SECRET_ACCESS_KEY'),
      'AWS_SECRET_ACCESS_KEY_HOST',
    ],
    [
      'any variable to this machine',
      at('http://localhost:8000/v1', 'AWS_SECRET_ACCESS_KEY'),
      'AWS_SECRET_ACCESS_KEY_HOST',
    ],
    ['the general variable to a host it is not for', at('https://evil.example/v1'), 'PROOFSTILL_API_KEY_HOST'],
    [
      'a host that only begins like the named one',
      at('https://llm.example.org.evil.example/v1'),
      'PROOFSTILL_API_KEY_HOST',
    ],
  ])('cannot be sent by a config: %s', (_what, endpoint, companion) => {
    const env = {
      OPENAI_API_KEY: KEY,
      AWS_SECRET_ACCESS_KEY: KEY,
      PROOFSTILL_API_KEY: KEY,
      PROOFSTILL_API_KEY_HOST: 'llm.example.org',
    };
    expect(() => keyFor(endpoint, env)).toThrow(
      expect.objectContaining({ code: 'config', hint: expect.stringContaining(`${companion}=`) }),
    );
  });

  it.each([
    ['is missing', at('https://api.deepseek.com'), {}, 'DEEPSEEK_API_KEY'],
    ['is empty', at('https://api.deepseek.com'), { DEEPSEEK_API_KEY: ' ' }, 'DEEPSEEK_API_KEY'],
    ['has a line break in it', at('https://api.deepseek.com'), { DEEPSEEK_API_KEY: 'sk-a\nb' }, 'DEEPSEEK_API_KEY'],
    ['would travel in the clear', at('http://api.deepseek.com'), { DEEPSEEK_API_KEY: KEY }, 'clear'],
  ])('that %s is a config error that does not show it', (_what, endpoint, env, named) => {
    expect(() => keyFor(endpoint, env)).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringContaining(named) }),
    );
    expect(() => keyFor(endpoint, env)).not.toThrow(/sk-a/);
  });
});

describe('redaction', () => {
  it.each([
    ['the whole key', `provided: ${KEY}.`],
    ['OpenAI’s echo', 'Incorrect API key provided: sk-abcde***************3456.'],
    ['DeepSeek’s echo', 'Your api key: ****3456 is invalid'],
    ['a header', `Authorization: Bearer ${KEY}`],
    ['its beginning', `no such key: ${KEY.slice(0, 12)}…`],
    ['its end', `no such key: …${KEY.slice(-9)}`],
  ])('takes %s out', (_what, text) => {
    const clean = redactor(KEY)(text);
    expect(clean).toContain('[key]');
    expect(clean).not.toMatch(/sk-|3456|abcd|mnop/);
  });

  it('leaves a message without a key as it is', () => {
    const message = 'This model’s maximum context length is 65536 tokens. However, you requested 70000 tokens.';
    expect(redactor(KEY)(message)).toBe(message);
    expect(redactor('none')('none of them')).toBe('none of them');
  });

  it('takes only the whole key from a model’s own words', () => {
    expect(withoutKey(`2 ** 3 and ${KEY}`, KEY)).toBe('2 ** 3 and [key]');
  });
});
