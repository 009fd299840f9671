import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type OpenaiServerOptions, startOpenaiServer } from '../../../test/openai-server/index.ts';
import { checkEndpoint } from './check.ts';

const KEY = 'sk-abcdefghijklmnopqrstuvwxyz123456';

async function serve(options: OpenaiServerOptions = {}) {
  const server = await startOpenaiServer(options);
  onTestFinished(() => server.close());
  return server;
}

/** A server that answers everything in one way. */
async function always(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close().closeAllConnections());
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

const check = (baseURL: string, model = 'teacher') => checkEndpoint({ model, baseURL }, { env: {} });

describe('an endpoint', () => {
  it('passes where its server has the model, and nothing is asked that costs anything', async () => {
    const server = await serve({ models: ['other', 'teacher'] });
    expect(await check(server.baseURL)).toEqual({ models: ['other', 'teacher'] });
    expect(server.stats.requests).toBe(0);
  });

  it.each([
    ['Ollama’s tag', ['teacher:latest'], 'us'],
    ['a publisher', ['org/teacher'], 'us'],
    ['llama.cpp’s file, which answers to every name', ['models/qwen.gguf'], 'llamacpp'],
  ])('passes under %s', async (_what, models, ownedBy) => {
    const server = await serve({ models, ownedBy });
    await expect(check(server.baseURL)).resolves.toEqual({ models });
  });

  it('without the model names those that it has, the nearest first', async () => {
    const server = await serve({ models: ['gpt-4o', 'deepseek-chat', 'deepseek-v4-pro'] });
    await expect(check(server.baseURL, 'deepseek-v4')).rejects.toMatchObject({
      code: 'config',
      message: 'the server has no model deepseek-v4',
      hint: 'It has deepseek-v4-pro, deepseek-chat, gpt-4o.',
    });
  });

  it('without a list passes with a note', async () => {
    const server = await serve({ isWithoutList: true });
    expect(await check(server.baseURL)).toEqual({ models: [], note: expect.stringContaining('no list of models') });
  });

  it('whose base URL lacks /v1 is told so', async () => {
    const server = await serve();
    await expect(check(server.baseURL.replace('/v1', ''))).rejects.toMatchObject({
      code: 'config',
      hint: `Did you mean ${server.baseURL}?`,
    });
  });

  it('of a port where nobody listens cannot be reached', async () => {
    await expect(check('http://127.0.0.1:9/v1')).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('of a host that does not exist cannot be reached', async () => {
    const env = { PROOFSTILL_API_KEY: KEY, PROOFSTILL_API_KEY_HOST: 'nowhere.invalid' };
    const checked = checkEndpoint({ model: 'm', baseURL: 'https://nowhere.invalid/v1' }, { env });
    await expect(checked).rejects.toMatchObject({
      code: 'model',
      message: expect.stringMatching(/cannot reach the server: E/),
    });
  });

  it.each<[string, RequestListener]>([
    ['a web page', (_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>')],
    [
      'another API’s JSON',
      (_, response) => response.setHeader('content-type', 'application/json').end('{"status":"ok"}'),
    ],
    ['half an answer', (_, response) => response.end('{"object":"list","da')],
  ])('that answers with %s is none of the protocol', async (_what, listener) => {
    await expect(check(await always(listener))).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('no OpenAI-compatible server'),
    });
  });

  it('that speaks no HTTP is not reached', async () => {
    const baseURL = await always((request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    await expect(check(baseURL)).rejects.toMatchObject({ code: 'model' });
  });

  it('that never answers is given up', async () => {
    const baseURL = await always(() => undefined);
    const checked = checkEndpoint({ model: 'm', baseURL }, { env: {}, timeoutSeconds: 0.05 });
    await expect(checked).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining('no list of models in 0.05 s'),
    });
  });

  it('that is busy passes with a note', async () => {
    const baseURL = await always((_, response) => void response.writeHead(503).end());
    expect(await check(baseURL)).toEqual({ models: [], note: expect.stringContaining('503') });
  });

  it('that refuses the key says so without showing it', async () => {
    const server = await serve({ key: 'another' });
    const env = { KEY, KEY_HOST: new URL(server.baseURL).host };
    const checked = checkEndpoint({ model: 'teacher', baseURL: server.baseURL, apiKeyEnv: 'KEY' }, { env });
    await expect(checked).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('refuses the key'),
    });
    await expect(checked).rejects.not.toThrow(/sk-abc|3456/);
  });

  it('without a key is asked nothing', async () => {
    await expect(checkEndpoint({ model: 'm', baseURL: 'https://api.deepseek.com' }, { env: {} })).rejects.toMatchObject(
      { code: 'config', hint: expect.stringContaining('DEEPSEEK_API_KEY') },
    );
  });
});
