import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../test/openai-server/index.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import { randomStream } from '../../core/seed.ts';
import { Limiter } from './limiter.ts';

const SECOND = 1_000;

interface Server {
  /** Whether a request that begins now, as one of so many, fails as crowded. */
  readonly isCrowded: (underWay: number, now: number) => boolean;
  readonly tokens?: number;
  readonly waitMs?: number;
}

/** Sends `count` requests of about a second, or a tenth of it where refused, on a clock that stands still between them. */
async function run(limits: Endpoint['limits'], count: number, server: Server) {
  const clock = new VirtualClock();
  const limiter = new Limiter(limits, clock);
  const { signal } = new AbortController();
  const begun: { at: number; limit: number; isCrowded: boolean }[] = [];
  const random = randomStream(1, 'service');
  let underWay = 0;
  const request = async (): Promise<void> => {
    const permit = await limiter.acquire({ promptTokens: 10, maxTokens: 990, isUrgent: false, signal });
    const isCrowded = server.isCrowded(underWay + 1, clock.now());
    begun.push({ at: clock.now(), limit: limiter.limit, isCrowded });
    if (!isCrowded) underWay++;
    await clock.sleep(isCrowded ? SECOND / 10 : SECOND * (0.5 + random.next()));
    if (!isCrowded) underWay--;
    permit.end({ tokens: server.tokens ?? 0, isCrowded, waitMs: server.waitMs ?? 0 });
  };
  const all = Promise.all(Array.from({ length: count }, request));
  await clock.run();
  await all;
  return { begun, limiter };
}

const busiest = (begun: readonly { at: number }[], ms: number): number =>
  Math.max(...begun.map(({ at }) => begun.filter((other) => other.at >= at && other.at < at + ms).length));

describe('the limiter', () => {
  it('begins with 8 at once and doubles to the most that is allowed', async () => {
    const { begun, limiter } = await run({}, 300, { isCrowded: () => false });
    expect(begun.filter(({ at }) => at === 0)).toHaveLength(8);
    expect(limiter.limit).toBe(64);
  });

  it('finds what a server bears: 20 at once, with few requests refused', async () => {
    const { begun } = await run({}, 3_000, { isCrowded: (underWay) => underWay > 20 });
    const settled = begun.slice(500);
    const mean = settled.reduce((sum, { limit }) => sum + limit, 0) / settled.length;
    expect(mean).toBeGreaterThan(12);
    expect(mean).toBeLessThan(25);
    expect(settled.filter(({ isCrowded }) => isCrowded).length / settled.length).toBeLessThan(0.15);
  });

  it('is not misled by single failures: 3 in 100 at random', async () => {
    const random = randomStream(1, 'crowded');
    const { limiter } = await run({}, 5_000, { isCrowded: () => random.next() < 0.03 });
    expect(limiter.limit).toBeGreaterThan(32);
  });

  it('falls to 1 while a server refuses everything, and comes back when it does not', async () => {
    const { begun, limiter } = await run({}, 2_000, { isCrowded: (_, now) => now < 30 * SECOND });
    expect(Math.min(...begun.map(({ limit }) => limit))).toBe(1);
    expect(limiter.limit).toBe(64);
  });

  it('lets all wait what a crowded server asked', async () => {
    const { begun } = await run({}, 40, { isCrowded: (_, now) => now < SECOND, waitMs: 30 * SECOND });
    expect(begun.filter(({ at }) => at > 0.1 * SECOND && at < 30.1 * SECOND)).toEqual([]);
  });

  it('keeps to the requests of every minute', async () => {
    const { begun } = await run({ requestsPerMinute: 60 }, 300, { isCrowded: () => false });
    expect(busiest(begun, 60 * SECOND)).toBeLessThanOrEqual(61);
    expect(begun.at(-1)!.at).toBeLessThanOrEqual(300 * SECOND);
  });

  it('keeps to the tokens of every minute, and uses them: what a call did not take is given back', async () => {
    // 100 tokens a call of a reserved 1,000: 6,000 a minute are 60 calls.
    const { begun } = await run({ tokensPerMinute: 6_000 }, 300, { isCrowded: () => false, tokens: 100 });
    const later = begun.filter(({ at }) => at > 120 * SECOND);
    expect(busiest(later, 60 * SECOND)).toBeLessThanOrEqual(63);
    expect(begun.at(-1)!.at).toBeLessThan(360 * SECOND);
  });

  it('gives back the place of whoever no longer waits', async () => {
    const clock = new VirtualClock();
    const limiter = new Limiter({ concurrency: 1 }, clock);
    const wanted = { promptTokens: 1, maxTokens: 1, isUrgent: false };
    const first = await limiter.acquire({ ...wanted, signal: new AbortController().signal });
    const gone = new AbortController();
    const waiting = limiter.acquire({ ...wanted, signal: gone.signal });
    const next = limiter.acquire({ ...wanted, signal: new AbortController().signal });
    gone.abort(new Error('no longer'));
    await expect(waiting).rejects.toThrow('no longer');
    first.end({ tokens: 0, isCrowded: false });
    await expect(next).resolves.toBeDefined();
  });
});
