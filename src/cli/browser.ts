/** Opens a page in the person's browser. */

import { spawn } from 'node:child_process';

/** By platform; none of them goes through a shell. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Starts the browser where there is a screen to show it. Whether it came up nobody learns: the address is printed too. */
export function openBrowser(url: string, env: Readonly<Partial<Record<string, string>>>): void {
  const opener = OPENERS[process.platform];
  if (!opener && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return;
  const [command, ...args] = opener ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  // A machine without xdg-open.
  child.on('error', () => undefined);
  child.unref();
}
