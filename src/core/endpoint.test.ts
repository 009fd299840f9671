import { describe, expect, it } from 'vitest';
import { endpointOf, endpointSchema, modelName, parseEndpoint, teacherDecoding } from './endpoint.ts';

describe('an endpoint', () => {
  it('is read from its reference, the model ending at the last @ before a URL', () => {
    expect(parseEndpoint('openai:deepseek-reasoner@https://api.deepseek.com/v1')).toEqual({
      model: 'deepseek-reasoner',
      baseURL: 'https://api.deepseek.com/v1',
    });
    // Hugging Face and Cloudflare names hold slashes and an @.
    expect(parseEndpoint('openai:@cf/qwen/qwen3@http://localhost:8000/v1')).toEqual({
      model: '@cf/qwen/qwen3',
      baseURL: 'http://localhost:8000/v1',
    });
  });

  it.each([
    ['no URL', 'openai:r1', 'expected a model and a base URL'],
    ['no model', 'openai:@https://api.deepseek.com', 'expected a model and a base URL'],
    ['another scheme', 'openai:r1@ftp://host/v1', 'expected a model and a base URL'],
    ['a password', 'openai:r1@https://me:secret@host/v1', 'a base URL holds no user name or password'],
    ['a query', 'openai:r1@https://host/v1?key=1', 'a base URL has no query'],
  ])('with %s is a config error', (_what, reference, message) => {
    expect(() => parseEndpoint(reference)).toThrow(expect.objectContaining({ code: 'config', message }));
  });

  it('never repeats a password in the place of its error', () => {
    const parse = () => parseEndpoint('openai:r1@https://me:secret@host/v1');
    expect(parse).toThrow(expect.objectContaining({ place: expect.not.stringContaining('secret') }));
  });

  it('takes the name of a variable for its key, never the key', () => {
    const endpoint = { model: 'r1', baseURL: 'https://host/v1' };
    expect(endpointSchema.safeParse({ ...endpoint, apiKeyEnv: 'MY_KEY' }).success).toBe(true);
    expect(endpointSchema.safeParse({ ...endpoint, apiKeyEnv: 'sk-1234' }).success).toBe(false);
    expect(endpointSchema.safeParse({ ...endpoint, apiKey: 'sk-1234' }).success).toBe(false);
  });

  it('is asked as R1 wants to be, unless it says otherwise', () => {
    expect(teacherDecoding('openai:r1@http://localhost/v1', 256)).toEqual({
      temperature: 0.6,
      topP: 0.95,
      maxTokens: 8192,
    });
    expect(teacherDecoding('reference', 256)).toEqual({ temperature: 0.6, topP: 0.95, maxTokens: 256 });
    const settings = { temperature: 0, topP: 1, maxTokens: 100 };
    const endpoint = { model: 'r1', baseURL: 'http://localhost/v1', ...settings };
    expect(teacherDecoding(endpoint, 256)).toEqual(settings);
    expect(modelName(endpoint)).toBe('openai:r1@http://localhost/v1');
    expect(endpointOf(modelName(endpoint))).toEqual({ model: 'r1', baseURL: 'http://localhost/v1' });
    expect(endpointOf('students/nano')).toBeUndefined();
  });
});
