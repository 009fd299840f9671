/**
 * Which walls a sandbox child has on this machine. Deadline, empty environment, memory limits and Node's permission model
 * are everywhere; Node 20's permission model says nothing of the network, so that wall is the system's, where there is one.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import { ProofstillError } from '../../core/errors.ts';

export interface SandboxIsolation {
  /** `closed`: a namespace without any network. `open`: the child reaches whatever this process reaches. */
  readonly network: 'closed' | 'open';
  /** How the network is closed, or why it is not; one sentence. */
  readonly detail: string;
  /** Put in front of the child's own command line. */
  readonly command: readonly string[];
}

const NAMESPACE = '/proc/self/ns/net';
const UNSHARE = ['/usr/bin/unshare', '/bin/unshare', '/usr/sbin/unshare'];
/** A user namespace needs no privilege and takes away those that there are, so it comes first. */
const FLAGS = [['--user', '--net'], ['--net']];

let found: SandboxIsolation | undefined;

/** The walls on this machine, tried out once in the life of this process. */
export function sandboxIsolation(): SandboxIsolation {
  found ??= lookForNamespace();
  return found;
}

/** @throws ProofstillError `config` where the network of a sandbox child cannot be closed. */
export function requireSandboxIsolation(): void {
  const { network, detail } = sandboxIsolation();
  if (network === 'closed') return;
  throw new ProofstillError('config', `expected a sandbox without network, but here it is open: ${detail}`, {
    hint: 'Run on Linux with util-linux and user namespaces, or run everything in a container without network.',
  });
}

function lookForNamespace(): SandboxIsolation {
  const open = (detail: string): SandboxIsolation => ({ network: 'open', detail, command: [] });
  if (process.platform !== 'linux') return open(`network namespaces are Linux's, and this is ${process.platform}`);
  const unshare = UNSHARE.find((path) => existsSync(path));
  if (!unshare) return open('unshare (util-linux) is not installed');
  for (const flags of FLAGS) {
    const command = [unshare, ...flags, '--'];
    if (isElsewhere(command)) return { network: 'closed', detail: `unshare ${flags.join(' ')}`, command };
  }
  return open('the system does not let this process make a network namespace');
}

/** Whether what `command` starts is in another network namespace than this process. */
function isElsewhere([unshare, ...flags]: readonly string[]): boolean {
  const { status, stdout } = spawnSync(unshare as string, [...flags, 'readlink', NAMESPACE], {
    env: { PATH: '/usr/bin:/bin' },
    encoding: 'utf8',
    timeout: 10_000,
  });
  return status === 0 && stdout.trim() !== '' && stdout.trim() !== readlinkSync(NAMESPACE);
}
