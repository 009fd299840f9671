/** Progress of long work on standard error: a bar on a terminal, a plain line every few seconds elsewhere. */

import type { CliProcess } from './context.ts';

/** Seconds between two lines where there is no terminal. */
const PLAIN_EVERY = 10;
const BAR_WIDTH = 24;

export interface ProgressView {
  /** Begins a stage under a title. */
  stage(title: string): void;
  update(done: number, total: number, note?: string): void;
  /** Writes a line that stays. */
  say(line: string): void;
  /** Takes the bar away. */
  end(): void;
}

/** @param now milliseconds; tests hand in their own clock */
export function progressView({ stderr }: CliProcess, now: () => number = Date.now): ProgressView {
  const isTerminal = stderr.isTTY === true;
  let title = '';
  let began = now();
  let shown = Number.NEGATIVE_INFINITY;
  /** What was done before this stage began: a resumed one does not start at 0. */
  let before: number | undefined;
  const clear = (): void => {
    if (isTerminal) stderr.write('\r\u001b[2K');
  };
  return {
    stage(next) {
      clear();
      title = next;
      began = now();
      shown = Number.NEGATIVE_INFINITY;
      before = undefined;
      if (!isTerminal) stderr.write(`${title}\n`);
      else stderr.write(`${title} …`);
    },
    update(done, total, note = '') {
      before ??= done - 1;
      const every = isTerminal ? 0.1 : PLAIN_EVERY;
      if (done < total && now() - shown < 1000 * every) return;
      const line = progressLine({ title, done, before, total, note, seconds: (now() - began) / 1000 }, isTerminal);
      if (!isTerminal && shown === Number.NEGATIVE_INFINITY && done < total) {
        shown = now();
        return;
      }
      shown = now();
      clear();
      stderr.write(isTerminal ? line.slice(0, (stderr.columns ?? 100) - 1) : `  ${line}\n`);
    },
    say(line) {
      clear();
      stderr.write(`${line}\n`);
    },
    end: clear,
  };
}

interface Work {
  readonly title: string;
  readonly done: number;
  /** Of `done`, what the `seconds` did not take. */
  readonly before: number;
  readonly total: number;
  readonly note: string;
  readonly seconds: number;
}

/** `Train ███████░░░ 70/100  12/s  3 s left  loss 0.123`; without the bar where `bar` is false. */
export function progressLine({ title, done, before, total, note, seconds }: Work, bar: boolean): string {
  const filled = Math.round((BAR_WIDTH * done) / Math.max(1, total));
  const rate = seconds > 0 ? (done - before) / seconds : 0;
  const left = rate > 0 ? Math.ceil((total - done) / rate) : undefined;
  return [
    ...(bar ? [title, `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`] : []),
    `${done}/${total}`,
    `${rate >= 10 ? rate.toFixed(0) : rate.toFixed(1)}/s`,
    ...(left === undefined || done === total ? [] : [`${left} s left`]),
    ...(note ? [note] : []),
  ].join('  ');
}
