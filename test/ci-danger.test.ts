/** The real Danger runs this repository's own dangerfile against a GitHub on this machine, which keeps comments as GitHub does. */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Decision } from '../src/index.ts';
import { builtBin, ROOT } from './built.ts';
import { decisionOf, ruleOf, TOO_SLOW, UNDECIDED } from './fixtures/decision.ts';

const DANGER = fileURLToPath(new URL('../node_modules/danger/distribution/commands/danger-ci.js', import.meta.url));
const SHA = 'a'.repeat(40);
/** The account of workflows: https://api.github.com/users/github-actions[bot] */
const BOT = { id: 41898282, login: 'github-actions[bot]' };

const folder = mkdtempSync(join(tmpdir(), 'proofstill-danger-'));
const file = join(folder, 'gate.json');
const comments: { id: number; body: string; user: typeof BOT }[] = [];
const posted: string[] = [];
let github: Server;

beforeAll(async () => {
  builtBin();
  github = createServer(async (request, response) => {
    const sent = await text(request);
    const { status, body } = answerOf(request.method ?? '', (request.url ?? '').split('?')[0] ?? '', sent);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(github, 'listening');
});

afterAll(() => {
  github.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  comments.length = 0;
  posted.length = 0;
  rmSync(file, { force: true });
});

describe('the dangerfile', () => {
  it('leaves one comment on the pull request, and edits it when the gate runs again', async () => {
    writeFileSync(file, JSON.stringify(decisionOf({ verdict: 'failed', rules: [TOO_SLOW, UNDECIDED] })));
    expect(await danger()).toBe(1);
    expect(comments.map(({ body }) => body)).toEqual([expect.stringContaining('## ❌ Model gate failed')]);
    expect(comments[0]?.body).toMatch(/<th[^>]*>Fails<\/th>[\s\S]*Model gate failed\. 1 of 2 rules failed/);

    writeFileSync(file, JSON.stringify(decisionOf()));
    expect(await danger()).toBe(0);
    expect(comments.map(({ body }) => body)).toEqual([expect.stringContaining('## ✅ Model gate passed')]);
    expect(comments[0]?.body).not.toContain('>Fails<');
    expect(posted).toEqual(['POST /repos/o/r/issues/7/comments', 'PATCH /repos/o/r/issues/comments/1']);
  });

  it('warns where the gate cannot tell', async () => {
    writeFileSync(file, JSON.stringify(decisionOf({ verdict: 'inconclusive', rules: [ruleOf(), UNDECIDED] })));
    await danger();
    expect(comments[0]?.body).toMatch(/<th[^>]*>Warnings<\/th>[\s\S]*Model gate inconclusive\./);
    expect(comments[0]?.body).toContain('## ⚠️ Model gate inconclusive');
  });

  it('shows no verdict where the pull request changes the gate', async () => {
    writeFileSync(file, JSON.stringify(decisionOf()));
    expect(await danger({ GATE_CHANGED: 'true' })).toBe(1);
    expect(comments[0]?.body).toContain('This pull request changes files of .github');
    expect(comments[0]?.body).not.toContain('Model gate passed');
  });

  const { notes: _, ...incomplete } = decisionOf();
  it.each<[string, string]>([
    ['that is not JSON', '{"verdict":"passed"'],
    ['that is no decision', '{"verdict":"passed"}'],
    ['that lacks a field', JSON.stringify(incomplete)],
    ['that has a field too many', JSON.stringify({ ...decisionOf(), '<img src=x> @everyone': 1 })],
    ['of another schema', JSON.stringify({ ...decisionOf(), schema: 2 })],
    ['that passes without a rule', JSON.stringify(decisionOf({ rules: [] } satisfies Partial<Decision>))],
    ['that passes with a failed rule', JSON.stringify(decisionOf({ rules: [ruleOf(), TOO_SLOW] }))],
  ])('fails on a file %s, and shows nothing of it', async (_what, content) => {
    writeFileSync(file, content);
    expect(await danger()).toBe(1);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toMatch(/<th[^>]*>Fails<\/th>[\s\S]*Model gate: no decision to show\./);
    expect(comments[0]?.body).not.toMatch(/Model gate passed|<img|@everyone/);
  });

  it('fails where there is no file, and where it is a link to another', async () => {
    expect(await danger()).toBe(1);
    expect(comments[0]?.body).toContain('expected a gate.json, found none');
    writeFileSync(join(folder, 'other.json'), JSON.stringify(decisionOf()));
    symlinkSync(join(folder, 'other.json'), file);
    expect(await danger()).toBe(1);
    expect(comments[0]?.body).toContain('expected a gate.json, found none');
  });
});

/** The exit code of Danger, in the environment that the workflow gives it. */
async function danger(overrides: Record<string, string> = {}): Promise<number> {
  const { port } = github.address() as AddressInfo;
  const environment = {
    ...process.env,
    GATE_FILE: file,
    GITHUB_WORKFLOW: 'model gate comment',
    GITHUB_TOKEN: 'a token of the job',
    DANGER_GITHUB_API_BASE_URL: `http://127.0.0.1:${port}`,
    DANGER_MANUAL_CI: 'true',
    DANGER_MANUAL_GH_REPO: 'o/r',
    DANGER_MANUAL_PR_NUM: '7',
    ...overrides,
  };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [DANGER, '--dangerfile', 'dangerfile.js', '--id', 'model-gate', '--failOnErrors'],
      { cwd: ROOT, env: environment },
    );
    child.once('close', (code) => resolve(code ?? -1));
  });
}

/** What GitHub answers a token that may only write to pull requests. */
function answerOf(method: string, path: string, sent: string): { status: number; body: unknown } {
  const ok = (body: unknown) => ({ status: 200, body });
  const repository = { full_name: 'o/r', name: 'r', owner: { login: 'o' } };
  if (path === '/user' || path.startsWith('/repos/o/r/statuses/')) {
    return { status: 403, body: { message: 'Resource not accessible by integration' } };
  }
  if (method !== 'GET') posted.push(`${method} ${path}`);
  if (path === '/repos/o/r/issues/7/comments' && method === 'POST') {
    comments.push({ id: comments.length + 1, body: JSON.parse(sent).body, user: BOT });
    return { status: 201, body: comments.at(-1) };
  }
  if (path === '/repos/o/r/issues/7/comments') return ok(comments);
  const one = /\/issues\/comments\/(?<id>\d+)$/.exec(path)?.groups?.['id'];
  const comment = comments.find(({ id }) => String(id) === one);
  if (comment && method === 'PATCH') comment.body = JSON.parse(sent).body;
  if (comment) return ok(comment);
  if (path === '/repos/o/r/pulls/7') {
    const side = { sha: SHA, ref: 'main', repo: repository, user: { login: 'o' } };
    return ok({ number: 7, title: 'A better student', body: '', user: { login: 'stranger' }, head: side, base: side });
  }
  if (path === '/repos/o/r/issues/7') return ok({ number: 7, labels: [] });
  if (path.endsWith('/requested_reviewers')) return ok({ users: [], teams: [] });
  return ok(path.endsWith('/commits') ? [{ sha: SHA, commit: { message: '' }, parents: [] }] : []);
}
