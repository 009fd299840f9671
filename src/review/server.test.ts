import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { candidateOf } from '../../test/fixtures/candidates.ts';
import { type Asked, ask } from '../../test/fixtures/requests.ts';
import sums from '../../test/fixtures/sums.ts';
import { ProofstillError } from '../core/errors.ts';
import type { Review } from '../core/records.ts';
import { Decisions } from '../core/review.ts';
import { queueOf } from './queue.ts';
import { serveReview } from './server.ts';
import { Session } from './session.ts';

const POLICY = "default-src 'none'; script-src 'sha256-x'; connect-src 'self'";
const PAGE = `<meta http-equiv="Content-Security-Policy" content="${POLICY}"><title>page</title>`;
const TEXT = '<think></script><script>alert(1)</script></think><answer>4</answer>';
const HASH = createHash('sha256').update(TEXT).digest('hex');
const ACCEPT = { n: 0, hash: HASH, decision: 'accept' };

async function served({ add }: { add?: (review: Review) => void } = {}) {
  const candidate = candidateOf({ id: 'p', text: TEXT });
  const queue = queueOf([{ candidate, read: () => candidate }], { seed: 1 });
  const decisions = new Decisions();
  const lines: Review[] = [];
  const keep = (review: Review): void => {
    add?.(review);
    lines.push(review);
    decisions.add(review);
  };
  const server = await serveReview(new Session({ queue, journal: { decisions, add: keep }, suite: sums }), {
    page: PAGE,
  });
  onTestFinished(() => server.close());
  return { ...server, lines, host: new URL(server.url).host };
}

const decide = (asked: Asked = {}): Asked => ({ method: 'POST', path: '/decide', body: ACCEPT, ...asked });

describe('the page', () => {
  it('is given to who has the token, with a policy that forbids frames and everything from elsewhere', async () => {
    const { url } = await served();
    const { status, text, headers } = await ask(url, { headers: { Authorization: undefined } });
    expect([status, text]).toEqual([200, PAGE]);
    expect(headers['content-security-policy']).toBe(
      `${POLICY}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('has a token of 128 bits, another one each time', async () => {
    const tokens = [await served(), await served()].map(({ url }) => new URL(url).searchParams.get('token'));
    for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(tokens[0]).not.toBe(tokens[1]);
  });

  it('leads from the address for the browser once, and not again', async () => {
    const { url, openUrl } = await served();
    const first = await ask(openUrl);
    expect(first.status).toBe(303);
    expect(new URL(first.headers['location'] as string, url).href).toBe(url);
    expect((await ask(openUrl)).status).toBe(403);
    // What stands in the browser's arguments is worth nothing elsewhere.
    expect(new URL(openUrl).searchParams.get('once')).not.toBe(new URL(url).searchParams.get('token'));
  });

  it('that names no policy is not served', async () => {
    await expect(serveReview({} as Session, { page: '<title>page</title>' })).rejects.toMatchObject({ code: 'record' });
  });
});

describe('what a model wrote', () => {
  it('goes out as JSON that no browser takes for a page', async () => {
    const { url } = await served();
    const { status, headers, text } = await ask(url, { path: '/item' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    expect(JSON.parse(text)).toMatchObject({ item: { text: TEXT, hash: HASH }, counts: { queued: 1, left: 1 } });
  });
});

describe('a decision', () => {
  it('is recorded when it is answered', async () => {
    const { url, lines } = await served();
    const { status, text } = await ask(url, decide());
    expect([status, JSON.parse(text)]).toMatchObject([200, { kind: 'decided', next: null, counts: { accepted: 1 } }]);
    expect(lines).toMatchObject([{ id: 'p', decision: 'accept', hash: HASH }]);
  });

  it('may also come from localhost, as the page there would send it', async () => {
    const { url, host, lines } = await served();
    const localhost = host.replace('127.0.0.1', 'localhost');
    const headers = { Host: localhost, Origin: `http://${localhost}` };
    expect((await ask(url, decide({ headers }))).status).toBe(200);
    expect(lines).toHaveLength(1);
  });

  it('of an edit that does not verify is refused with what the checks found', async () => {
    const { url, lines } = await served();
    const edit = { ...ACCEPT, decision: 'edit', text: '<answer>5</answer>' };
    const { status, text } = await ask(url, decide({ body: edit }));
    expect([status, JSON.parse(text)]).toMatchObject([
      422,
      { kind: 'refused', verdict: { checks: [{ name: 'sum', status: 'fail', reason: 'wrong-sum' }] } },
    ]);
    expect(lines).toEqual([]);
  });

  it('that cannot be written is answered with the reason, and the review goes on', async () => {
    let isFull = true;
    const add = (): void => {
      if (isFull) throw new ProofstillError('record', 'no space left on device', { hint: 'Make room.' });
    };
    const { url, lines } = await served({ add });
    const { status, text } = await ask(url, decide());
    expect([status, JSON.parse(text)]).toEqual([500, { error: 'no space left on device Make room.' }]);
    isFull = false;
    expect((await ask(url, decide())).status).toBe(200);
    expect(lines).toHaveLength(1);
  });

  it('and then undo and done: the item is shown again, and the review ends', async () => {
    const { url, done } = await served();
    await ask(url, decide());
    const undone = await ask(url, { method: 'POST', path: '/undo', body: {} });
    expect(JSON.parse(undone.text)).toMatchObject({ n: 0, counts: { left: 1 } });
    const ended = await ask(url, { method: 'POST', path: '/done', body: {} });
    expect(JSON.parse(ended.text)).toMatchObject({ queued: 1, left: 1 });
    await expect(done).resolves.toBeUndefined();
  });
});

describe('a request is refused, and nothing happens by it,', () => {
  const large = `{"text":"${'x'.repeat(2 ** 20)}"}`;
  const token = '0'.repeat(32);
  it.each<[string, number, Asked]>([
    ['without a token', 403, decide({ headers: { Authorization: undefined } })],
    ['with a wrong token', 403, decide({ headers: { Authorization: `Bearer ${token}` } })],
    ['with the token of a page in a cookie', 403, decide({ headers: { Authorization: undefined, Cookie: 'token=x' } })],
    ['for the page without a token', 403, { path: '/' }],
    ['for the page with a wrong token', 403, { path: `/?token=${token}` }],
    ['for an item with a wrong token', 403, { path: '/item', headers: { Authorization: `Bearer ${token}` } }],
    ['from a host that only resolves to this machine', 403, decide({ headers: { Host: 'evil.example:80' } })],
    ['for the page from such a host', 403, { headers: { Host: 'evil.example' } }],
    ['to this machine on another port', 403, decide({ headers: { Host: '127.0.0.1:1' } })],
    ['from the page of another origin', 403, decide({ headers: { Origin: 'http://evil.example' } })],
    ['from another port of this machine', 403, decide({ headers: { Origin: 'http://127.0.0.1:1' } })],
    ['from a page without an origin', 403, decide({ headers: { Origin: 'null' } })],
    ['by POST that names no origin', 403, decide({ headers: { Origin: undefined } })],
    ['reading from another origin', 403, { path: '/item', headers: { Origin: 'http://evil.example' } }],
    ['as a form would send it', 415, decide({ headers: { 'Content-Type': 'text/plain' } })],
    ['with a body above a mebibyte', 413, decide({ body: large })],
    ['with a body above it in pieces', 413, decide({ body: large, headers: { 'Transfer-Encoding': 'chunked' } })],
    ['that is no JSON', 400, decide({ body: '{' })],
    ['that is no decision', 400, decide({ body: { ...ACCEPT, decision: 'maybe' } })],
    ['with a key too many', 400, decide({ body: { ...ACCEPT, at: 'now' } })],
    ['with an edit that has no text', 400, decide({ body: { ...ACCEPT, decision: 'edit' } })],
    ['about another text', 409, decide({ body: { ...ACCEPT, hash: 'f00d' } })],
    ['about an item that is not there', 409, decide({ body: { ...ACCEPT, n: 1 } })],
    ['for an item that is not there', 404, { path: '/item?n=1' }],
    ['for an item that is no number', 404, { path: '/item?n=__proto__' }],
    ['to decide by GET', 404, { path: `/decide?n=0&hash=${HASH}&decision=accept` }],
    ['to undo by GET', 404, { path: '/undo' }],
    ['to end it by GET', 404, { path: '/done' }],
    ['to ask for leave first, as browsers do', 404, { method: 'OPTIONS', path: '/decide' }],
    ['for a file', 404, { path: '/../../etc/passwd' }],
    ['by a name of every object', 404, { method: 'POST', path: '/constructor', body: {} }],
  ])('%s: %i', async (_what, expected, asked) => {
    const { url, lines, done } = await served();
    const { status, headers, text } = await ask(url, asked);
    expect(status).toBe(expected);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(Object.keys(JSON.parse(text))).toEqual(['error']);
    expect(lines).toEqual([]);
    // Still there, and nothing has ended it.
    expect((await ask(url, decide())).status).toBe(200);
    expect(await Promise.race([done, Promise.resolve('goes on')])).toBe('goes on');
  });

  it('with two hosts or none', async () => {
    const { url, lines, host } = await served();
    const body = JSON.stringify(ACCEPT);
    const bearer = `Bearer ${new URL(url).searchParams.get('token')}`;
    const raw = (hosts: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const [hostname, port] = host.split(':') as [string, string];
        const socket = connect(Number(port), hostname);
        let text = '';
        socket.on('data', (chunk) => {
          text += chunk.toString();
        });
        socket.on('close', () => resolve(text.split('\r\n')[0] as string));
        socket.on('error', reject);
        socket.write(
          `POST /decide HTTP/1.1\r\n${hosts}Origin: http://${host}\r\nAuthorization: ${bearer}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        );
      });
    expect(await raw('')).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(await raw(`Host: evil.example\r\nHost: ${host}\r\n`)).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(lines).toEqual([]);
  });
});

describe('a server', () => {
  it('listens on this machine only', async () => {
    const { host } = await served();
    expect(host).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it('says which port is taken, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    await expect(serveReview({} as Session, { page: PAGE, port })).rejects.toMatchObject({
      code: 'config',
      place: `--port ${port}`,
      message: expect.stringContaining('EADDRINUSE') as string,
    });
  });

  it('outlives a browser that breaks off in the middle of a request', async () => {
    const { url, host, lines } = await served();
    const [hostname, port] = host.split(':') as [string, string];
    const bearer = `Bearer ${new URL(url).searchParams.get('token')}`;
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          `POST /decide HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\nAuthorization: ${bearer}\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{"n":`,
          () => socket.destroy(),
        );
      });
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
    expect((await ask(url, decide())).status).toBe(200);
    expect(lines).toHaveLength(1);
  });
});
