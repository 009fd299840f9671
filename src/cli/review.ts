/** What `proofstill review` does, once its flags are read. */

import { readFileSync } from 'node:fs';
import { ProofstillError } from '../core/errors.ts';
import { builtPage } from '../report/html.ts';
import { findSuite } from '../resolve.ts';
import type { Counts } from '../review/messages.ts';
import { queueOf } from '../review/queue.ts';
import { type ReviewServer, serveReview } from '../review/server.ts';
import { Session } from '../review/session.ts';
import { readRun } from '../run/folder.ts';
import { openReviews, storedCandidates } from '../run/reviews.ts';
import { openBrowser } from './browser.ts';
import { type CliContext, printJson } from './context.ts';

export interface ReviewFlags {
  readonly run: string;
  readonly all: boolean;
  readonly sample?: number;
  readonly suite?: string;
  readonly port?: number;
  readonly open: boolean;
  readonly json: boolean;
}

const NOTHING: Counts = { queued: 0, accepted: 0, rejected: 0, edited: 0, left: 0 };

/**
 * Serves the queue until the reviewer is done, and says what was decided about it, in this sitting or before.
 * @throws record error where there is no run or no candidate, or another process reviews it; config error for the port
 */
export async function reviewVerb(this: CliContext, flags: ReviewFlags): Promise<void> {
  const { run, all, sample, port, json } = flags;
  if (all && sample !== undefined) {
    throw new ProofstillError('config', 'all kept traces and some of them cannot both be queued', {
      place: '--all, --sample',
      hint: 'Leave one of them out.',
    });
  }
  const { config } = readRun(run);
  const options = sample === undefined ? { all } : { all, sample };
  const queue = queueOf(storedCandidates(run), { ...options, seed: config.seed });
  if (queue.candidates === 0) {
    throw new ProofstillError('record', 'there are no candidates in this run', {
      place: run,
      hint: 'A run has them once its first round has begun: proofstill distill --resume --run <dir>.',
    });
  }
  if (queue.items.length === 0) {
    const more = all || sample !== undefined ? '' : ' --all shows those that were kept, --sample <n> some of them.';
    if (json) printJson(this, NOTHING);
    else this.process.stdout.write(`None of ${queue.candidates} candidates waits for a person.${more}\n`);
    return;
  }
  const suite = await findSuite(flags.suite ?? (config.suites[0] as string));
  using journal = openReviews(run);
  const session = new Session({ queue, journal, suite });
  const page = readFileSync(builtPage('review.html'), 'utf8');
  const server = await serveReview(session, port === undefined ? { page } : { page, port });
  try {
    await sitting(this, server, session.counts(), flags.open);
  } finally {
    await server.close();
  }
  const counts = session.counts();
  if (json) printJson(this, counts);
  else this.process.stdout.write(`${summary(counts)}\n`);
}

/** Says where the page is, and waits until the reviewer ends the review, in the page or by Ctrl-C. */
async function sitting(
  { process, signal }: CliContext,
  { url, openUrl, done }: ReviewServer,
  { left, queued }: Counts,
  isOpened: boolean,
): Promise<void> {
  process.stderr.write(`${left} of ${queued} traces to decide. Review them at:\n\n    ${url}\n\n`);
  process.stderr.write('Ctrl-C ends it. Every decision is kept when it is made.\n');
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  if (isOpened) openBrowser(openUrl, process.env ?? {});
  await Promise.race([done, stopped]);
}

function summary({ queued, accepted, rejected, edited, left }: Counts): string {
  return `${queued} queued: ${accepted} accepted, ${rejected} rejected, ${edited} edited and accepted, ${left} left.`;
}
