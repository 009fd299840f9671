import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { requireSandboxIsolation, sandboxIsolation } from './isolation.ts';
import { start } from './launch.ts';

/** What `script` prints in a process with all of the child's walls, a candidate that has broken out of its isolate. */
async function printed(script: string): Promise<string> {
  const child = start(['--eval', script, '--'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(child, 'close');
  return text.trim();
}
const outcome = (expression: string): Promise<string> =>
  printed(`try { ${expression}; console.log('done') } catch (error) { console.log(error.code ?? error.message) }`);

describe('a sandbox child', () => {
  it('has an empty environment', async () => {
    expect(await printed('console.log(JSON.stringify(process.env))')).toBe('{}');
  });

  it.each([
    ['read a file', "require('node:fs').readFileSync('/etc/passwd')"],
    [
      'read this repository',
      `require('node:fs').readFileSync(${JSON.stringify(fileURLToPath(import.meta.resolve('../../index.ts')))})`,
    ],
    ['write a file', "require('node:fs').writeFileSync('./escaped', '')"],
    ['start a process', "require('node:child_process').spawnSync('true')"],
    ['start a thread', "new (require('node:worker_threads').Worker)('1', { eval: true })"],
  ])('cannot %s', async (_what, expression) => {
    expect(await outcome(expression)).toBe('ERR_ACCESS_DENIED');
  });

  it('reaches no server of this machine where the network is closed', async ({ skip }) => {
    const { network, detail } = sandboxIsolation();
    skip(network === 'open', `the system cannot close the network: ${detail}`);
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const connect = `require('node:net').connect(${port}, '127.0.0.1').on('connect', () => { console.log('connected'); process.exit() }).on('error', (error) => console.log(error.code))`;
    expect(await printed(connect)).toMatch(/^(?:ENETUNREACH|ECONNREFUSED|EADDRNOTAVAIL)$/);
    server.close();
  });
});

describe('sandboxIsolation', () => {
  it('says how the network is closed, or why it is not; demanding it throws exactly where it is open', () => {
    const { network, detail } = sandboxIsolation();
    expect(detail).not.toBe('');
    if (network === 'closed') expect(requireSandboxIsolation).not.toThrow();
    else expect(requireSandboxIsolation).toThrow(detail);
  });
});
