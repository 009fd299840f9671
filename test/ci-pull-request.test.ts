/** `.github/model-gate/pull-request.mjs`, given events as GitHub writes them and a GitHub on this machine. */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './built.ts';

const SHA = 'c6fd5b9a1f2e3d4c5b6a79881726354453627180';
const BASE = { id: 1001, full_name: 'o/r', name: 'r', owner: { login: 'o' } };
const FORK = { id: 2002, full_name: 'stranger/r', name: 'r', owner: { login: 'stranger' } };

/** Of a `workflow_run` event, what the script may read: https://docs.github.com/en/webhooks/webhook-events-and-payloads#workflow_run */
function eventOf(run: Record<string, unknown>) {
  return {
    action: 'completed',
    repository: BASE,
    workflow: { name: 'model-gate', path: '.github/workflows/model-gate.yml' },
    workflow_run: {
      id: 42,
      name: 'model-gate',
      event: 'pull_request',
      status: 'completed',
      conclusion: 'success',
      head_branch: 'better-student',
      head_sha: SHA,
      head_repository: BASE,
      repository: BASE,
      pull_requests: [],
      ...run,
    },
  };
}
const pullOf = (number: number, repo: typeof BASE | null, sha = SHA) => ({
  number,
  state: 'open',
  head: { ref: 'better-student', sha, repo },
  base: { ref: 'main', repo: BASE },
});

const folder = mkdtempSync(join(tmpdir(), 'proofstill-pull-request-'));
/** What GitHub answers, by path; and what it was asked. */
const answers = new Map<string, unknown[]>();
const asked: string[] = [];
let github: Server;

beforeAll(async () => {
  github = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://github');
    asked.push(`${request.headers.authorization} ${url.pathname} ${url.searchParams.get('head')}`);
    const items = answers.get(url.pathname);
    const page = Number(url.searchParams.get('page'));
    response.writeHead(items ? 200 : 404).end(JSON.stringify(items?.slice((page - 1) * 100, page * 100) ?? {}));
  }).listen(0, '127.0.0.1');
  await once(github, 'listening');
});

afterAll(() => {
  github.close();
  rmSync(folder, { recursive: true, force: true });
});

async function find(event: unknown, pulls: unknown[], files: unknown[] = []): Promise<string> {
  answers.clear();
  asked.length = 0;
  answers.set('/repos/o/r/pulls', pulls);
  answers.set('/repos/o/r/pulls/7/files', files);
  const [eventPath, output] = [join(folder, 'event.json'), join(folder, 'output')];
  writeFileSync(eventPath, JSON.stringify(event));
  writeFileSync(output, '');
  await promisify(execFile)(process.execPath, [join(ROOT, '.github/model-gate/pull-request.mjs')], {
    env: {
      ...process.env,
      GITHUB_API_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}`,
      GITHUB_EVENT_PATH: eventPath,
      GITHUB_OUTPUT: output,
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_TOKEN: 'token',
    },
  });
  return readFileSync(output, 'utf8');
}

describe('pull-request.mjs', () => {
  it('finds the pull request of a branch of the same repository', async () => {
    const event = eventOf({ pull_requests: [{ number: 7, head: { sha: SHA }, base: { ref: 'main' } }] });
    expect(await find(event, [pullOf(7, BASE)])).toBe('number=7\nchanges-gate=false\n');
    expect(asked[0]).toBe('Bearer token /repos/o/r/pulls o:better-student');
  });

  it('finds the pull request of a fork, of which the event names none', async () => {
    const event = eventOf({ head_repository: FORK });
    expect(await find(event, [pullOf(7, FORK)])).toBe('number=7\nchanges-gate=false\n');
    expect(asked[0]).toBe('Bearer token /repos/o/r/pulls stranger:better-student');
  });

  it('finds none for a push, and does not ask', async () => {
    expect(await find(eventOf({ event: 'push', head_branch: 'main' }), [pullOf(7, BASE)])).toBe('');
    expect(asked).toEqual([]);
  });

  it('finds none where the pull request was closed, where its fork is gone, and where its head moved on', async () => {
    expect(await find(eventOf({}), [])).toBe('');
    expect(await find(eventOf({ head_repository: null }), [pullOf(7, null)])).toBe('');
    expect(await find(eventOf({}), [pullOf(7, BASE, 'd'.repeat(40))])).toBe('');
  });

  it('believes neither the number of the event nor a fork that has the same branch and commit', async () => {
    const event = eventOf({ pull_requests: [{ number: 9, head: { sha: SHA } }] });
    expect(await find(event, [pullOf(9, FORK)])).toBe('');
  });

  it('finds none where two pull requests are open at the commit', async () => {
    expect(await find(eventOf({}), [pullOf(7, BASE), pullOf(8, BASE)])).toBe('');
  });

  it('says when the pull request changes the workflows, also behind a hundred other files or by a rename', async () => {
    const others = Array.from({ length: 130 }, (_, index) => ({ filename: `students/nano/${index}` }));
    const changed = 'number=7\nchanges-gate=true\n';
    const workflow = { filename: '.github/workflows/model-gate.yml' };
    expect(await find(eventOf({}), [pullOf(7, BASE)], [...others, workflow])).toBe(changed);
    const moved = { filename: 'x.yml', previous_filename: '.github/workflows/model-gate.yml' };
    expect(await find(eventOf({}), [pullOf(7, BASE)], [moved])).toBe(changed);
    expect(await find(eventOf({}), [pullOf(7, BASE)], others)).toBe('number=7\nchanges-gate=false\n');
  });

  it('quotes a branch name, whatever is in it', async () => {
    await find(eventOf({ head_branch: 'a&head=o:main#$(id)' }), []);
    expect(asked).toEqual(['Bearer token /repos/o/r/pulls o:a&head=o:main#$(id)']);
  });
});
