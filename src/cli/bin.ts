#!/usr/bin/env node
/** The `proofstill` command. */

import process from 'node:process';
import { runCli } from './app.ts';
import type { CliProcess } from './context.ts';
import { EXIT } from './failure.ts';

const stop = new AbortController();
process.on('SIGINT', () => {
  // The second time a person means it: nothing on disk is lost either way.
  if (stop.signal.aborted) process.exit(EXIT.interrupted);
  stop.abort();
});

const { stdout, stderr, env } = process;
// `proofstill … | head` has read enough: no fault of anybody.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
const cli: CliProcess = { stdout, stderr, env };
await runCli(process.argv.slice(2), { process: cli, signal: stop.signal });
process.exitCode = Number(cli.exitCode ?? EXIT.done);
