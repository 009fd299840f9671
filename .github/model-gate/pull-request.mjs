/**
 * Finds the pull request whose gate has just ended: the open one whose head is the commit that the run was made for.
 * GitHub is asked, because a fork's run names no pull request in its event and an artifact could name any.
 * Writes `number` and `changes-gate` to the step's outputs, and no number where there is nothing to comment on.
 */

import { appendFileSync, readFileSync } from 'node:fs';

const { GITHUB_API_URL, GITHUB_EVENT_PATH, GITHUB_OUTPUT, GITHUB_REPOSITORY, GITHUB_TOKEN } = process.env;
const run = JSON.parse(readFileSync(GITHUB_EVENT_PATH, 'utf8')).workflow_run;

const found = run.event === 'pull_request' && run.head_repository ? await openAt(run) : [];
if (found.length === 1) {
  const [{ number }] = found;
  appendFileSync(GITHUB_OUTPUT, `number=${number}\nchanges-gate=${await changesGate(number)}\n`);
} else {
  const sentence = `expected one open pull request at ${run.head_sha}, found ${found.length}: nothing to comment on`;
  process.stdout.write(`${sentence}\n`);
}

async function openAt({ head_sha, head_branch, head_repository }) {
  const head = encodeURIComponent(`${head_repository.owner.login}:${head_branch}`);
  const pulls = await pages(`pulls?state=open&head=${head}`);
  return pulls.filter((pull) => pull.head.sha === head_sha && pull.head.repo?.id === head_repository.id);
}

/** A pull request's run follows the workflow that the pull request itself brings, so that its verdict would prove nothing. */
async function changesGate(number) {
  const files = await pages(`pulls/${number}/files`);
  // GitHub lists 3,000 files at most: beyond them nothing is known.
  if (files.length >= 3000) return true;
  return files.some((file) => [file.filename, file.previous_filename].some((path) => path?.startsWith('.github/')));
}

async function pages(path) {
  const all = [];
  for (let page = 1; ; page++) {
    const separator = path.includes('?') ? '&' : '?';
    const address = `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}${separator}per_page=100&page=${page}`;
    const response = await fetch(address, {
      headers: { accept: 'application/vnd.github+json', authorization: `Bearer ${GITHUB_TOKEN}` },
    });
    if (!response.ok) throw new Error(`expected 200 from ${path}, got ${response.status}`);
    const items = await response.json();
    all.push(...items);
    if (items.length < 100) return all;
  }
}
