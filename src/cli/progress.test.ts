import { expect, it } from 'vitest';
import { progressLine, progressView } from './progress.ts';

/** A view on a stream that only records, at a clock that only moves when told. */
function view(isTTY: boolean) {
  const written: string[] = [];
  let now = 0;
  const stderr = {
    isTTY,
    columns: 60,
    write: (text: string) => {
      written.push(text);
    },
  };
  const progress = progressView({ stdout: stderr, stderr, env: {} }, () => now);
  return { progress, written, after: (ms: number) => (now += ms) };
}

it('a line tells rate and time left: 30 of 120 in 10 s are 3 a second, and 30 s for the other 90', () => {
  const line = progressLine({ title: 'Train', done: 30, before: 0, total: 120, note: 'loss 0.5', seconds: 10 }, false);
  expect(line).toBe('30/120  3.0/s  30 s left  loss 0.5');
});

it('a resumed stage counts only what it did itself: 10 of the 40 in 10 s are 1 a second', () => {
  const line = progressLine({ title: 'Train', done: 40, before: 30, total: 120, note: '', seconds: 10 }, false);
  expect(line).toBe('40/120  1.0/s  80 s left');
});

it('a bar is filled by the share that is done', () => {
  const line = progressLine({ title: 'Train', done: 30, before: 0, total: 120, note: '', seconds: 10 }, true);
  // A quarter of 24 places.
  expect(line).toBe(`Train  ${'█'.repeat(6)}${'░'.repeat(18)}  30/120  3.0/s  30 s left`);
});

it('without a terminal, a thousand updates in 25 seconds are two lines and the last, and nothing is erased', () => {
  const { progress, written, after } = view(false);
  progress.stage('Train');
  for (let done = 1; done <= 1000; done++) {
    after(25);
    progress.update(done, 1000);
  }
  progress.end();
  expect(written.map((text) => text.trim().split('  ')[0])).toEqual(['Train', '401/1000', '801/1000', '1000/1000']);
  expect(written.join('')).not.toContain('\u001b');
});

it('on a terminal a bar is redrawn in place within its width, ten times a second at most, and goes away', () => {
  const { progress, written, after } = view(true);
  progress.stage('Train');
  for (let done = 1; done <= 100; done++) {
    after(10);
    progress.update(done, 1000, 'a note that does not fit into sixty columns');
  }
  const bars = written.filter((text) => text.includes('█') || text.includes('░'));
  expect(bars).toHaveLength(10);
  expect(Math.max(...bars.map((text) => text.length))).toBe(59);
  progress.end();
  expect(written.at(-1)).toBe('\r\u001b[2K');
});
