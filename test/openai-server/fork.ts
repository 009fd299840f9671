/** The server in a process of its own, so that it shares no thread with what it serves. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type ServerStats, startOpenaiServer } from './server.ts';
import { seededTemper, type TemperOptions } from './temper.ts';

export interface ForkOptions {
  readonly temper?: TemperOptions;
  /** Exports `answer`, an `Answerer`; a path or URL that a child process can import. @default adds numbers */
  readonly answers?: string;
  readonly retryAfterSeconds?: number;
}

export interface ForkedServer {
  readonly baseURL: string;
  stats(): Promise<ServerStats>;
  /** As {@link OpenaiServer.seeds}. */
  seeds(): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** Starts the server in a child process; it ends with its parent. */
export async function forkOpenaiServer(options: ForkOptions = {}): Promise<ForkedServer> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], {
    execArgv: ['--import', 'jiti/register'],
  });
  const [baseURL] = (await once(child, 'message')) as [string];
  const tell = async (what: 'stats' | 'seeds'): Promise<unknown> => {
    child.send(what);
    const [told] = await once(child, 'message');
    return told;
  };
  return {
    baseURL,
    stats: () => tell('stats') as Promise<ServerStats>,
    seeds: () => tell('seeds') as Promise<readonly number[]>,
    close: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  const { temper, answers, retryAfterSeconds = 0 } = JSON.parse(process.argv[2] as string) as ForkOptions;
  const { answer } = answers ? await import(answers) : {};
  const server = await startOpenaiServer({
    retryAfterSeconds,
    ...(answer ? { answer } : {}),
    ...(temper ? { temper: seededTemper(temper) } : {}),
  });
  process.on('message', (what: 'stats' | 'seeds') => process.send?.(server[what]));
  process.on('disconnect', () => process.exit());
  process.send(server.baseURL);
}
