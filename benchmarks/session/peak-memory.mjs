// Loaded into every process that a benchmark measures: at its end it notes the most memory that it ever held, and its processor time.

import { appendFileSync, existsSync, readFileSync } from 'node:fs';

const note = process.env['PEAK_MEMORY_FILE'];
if (note) {
  process.on('exit', () => {
    // On Linux, getrusage counts what the parent held when it forked.
    const status = '/proc/self/status';
    const [, peakKb] = (existsSync(status) && /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))) || [];
    const { user, system } = process.cpuUsage();
    const peakMb = (1024 * Number(peakKb ?? process.resourceUsage().maxRSS)) / 1e6;
    appendFileSync(note, `${peakMb} ${(user + system) / 1e6}\n`);
  });
}
