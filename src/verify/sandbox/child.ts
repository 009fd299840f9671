/**
 * The program of a sandbox child: one job at a time, one reply to each. It has no environment, no network where the system
 * allows that, and may read only this folder and its libraries.
 */

import { messageOf } from './message.ts';
import type { Libraries, Request, Said } from './protocol.ts';
import { runCall } from './run-call.ts';
import { runCompile } from './run-compile.ts';
import { runMatch } from './run-match.ts';
import { runQuery } from './run-query.ts';

const libraries = JSON.parse(process.argv.at(-1) as string) as Libraries;
const say = (said: Said): void => void process.send?.(said);

// Without whoever asked there is nothing to do, and an isolate that cannot be stopped would outlive an orderly exit.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', async (request: Request) => {
  say({ kind: 'reply', id: request.id, result: await resultOf(request) });
});
say({ kind: 'ready' });

async function resultOf(request: Request): Promise<unknown> {
  try {
    switch (request.kind) {
      case 'match':
        return runMatch(request, request.deadlineMs);
      case 'compile':
        return runCompile(libraries.jiti, request, request.deadlineMs);
      case 'call':
        return await runCall(libraries.isolatedVm, request, request.deadlineMs);
      case 'query':
        return await runQuery(libraries.sqlJs, request, request.deadlineMs);
    }
  } catch (error) {
    // What cannot be loaded says in further lines where it was looked for.
    return { kind: 'unavailable', message: messageOf(error).split('\n', 1)[0] };
  }
}
