/**
 * Does a bad network lose a candidate, keep one twice, or cost calls? Candidates through a real server that spoils one
 * request in ten, then the same work killed at random moments and gone on with.
 *
 *     npm run build
 *     npm run bench -- teacher [--candidates 20000] [--kills 50] [--seed 1]
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomStream } from '../src/core/seed.ts';
import { type ForkedServer, forkOpenaiServer } from '../test/openai-server/index.ts';
import { announceDevice, countFlags } from './session/start.ts';
import { generated, type Harvest, keptCalls, keysBySeed, killed, PER_PROBLEM } from './teacher/harvest.ts';

/** Share of the requests that the server spoils, each in one of the ways of test/openai-server. */
const FAULTS = 0.1;
/** Of the disturbed run: its answers take so long that a kill finds some in flight. */
const LATENCY_MS = [5, 100] as const;

const { candidates, kills, seed } = countFlags({ candidates: 20_000, kills: 50, seed: 1 });
const device = announceDevice();
const base = mkdtempSync(join(tmpdir(), 'proofstill-teacher-'));
try {
  const faulty = await throughFaults(Math.ceil(candidates / PER_PROBLEM));
  const disturbed = await throughKills();
  const { requests, spoilt } = faulty;
  console.log(
    `${faulty.candidates} candidates asked: ${faulty.lost} lost, ${faulty.twice} twice, ${faulty.wrong} not as the server wrote them`,
  );
  console.log(
    `${requests} calls for ${faulty.candidates} candidates and ${spoilt} spoilt ones: ${faulty.extraPercent.toFixed(2)}% more than both`,
  );
  console.log(
    `${faulty.perSecond.toFixed(0)} candidates a second, judged and on disk; peak memory ${faulty.peakMemoryMb.toFixed(0)} MB`,
  );
  console.log(
    `${disturbed.kills} kills: ${disturbed.differences} candidates differ from the undisturbed run's; ${disturbed.repeated} calls in flight repeated, ${disturbed.keptAndRepeated} of those whose answer was kept`,
  );
  console.log(JSON.stringify({ name: 'teacher', ratios: {}, figures: { faulty, disturbed }, device }));
} finally {
  rmSync(base, { recursive: true, force: true });
}

async function throughFaults(problems: number) {
  const server = await forkOpenaiServer({ temper: { seed, rate: FAULTS } });
  try {
    const harvest = await generated(server.baseURL, join(base, 'faulty'), problems);
    const { requests, faults } = await server.stats();
    const spoilt = await spoiltBy(server);
    const asked = problems * PER_PROBLEM;
    return {
      candidates: asked,
      lost: asked - harvest.distinct,
      twice: harvest.lines - harvest.distinct,
      wrong: harvest.wrong,
      kept: harvest.kept.length,
      requests,
      spoilt,
      faults,
      extraPercent: 100 * (requests / (asked + spoilt) - 1),
      perSecond: asked / (harvest.ms / 1000),
      peakMemoryMb: harvest.peakMemoryMb,
    };
  } finally {
    await server.close();
  }
}

/** Asks the same of two servers alike: once in one go, once killed again and again. */
async function throughKills() {
  const problems = 50 * Math.max(1, Math.round(kills / 10));
  const temper = { seed, rate: FAULTS, latencyMs: LATENCY_MS };
  const [calm, rough] = await Promise.all([forkOpenaiServer({ temper }), forkOpenaiServer({ temper })]);
  const folder = join(base, 'rough');
  try {
    const whole = await generated(calm.baseURL, join(base, 'calm'), problems);
    const keys = await keysBySeed(rough.baseURL, problems);
    const random = randomStream(seed, 'kills');
    /** After each kill, the calls that were kept, and how many requests the server had seen. */
    const marks: { readonly kept: ReadonlySet<string>; readonly requests: number }[] = [];
    for (let kill = 0; kill < kills; kill++) {
      const left = problems * PER_PROBLEM - keptCalls(folder).size;
      // So that the kills spread over all of the work, and none comes after its end.
      const afterRequests = random.int(1, Math.max(1, Math.floor((1.5 * left) / (kills - kill + 1))));
      if (!(await killed(rough, folder, { problems, afterRequests }))) continue;
      marks.push({ kept: keptCalls(folder), requests: (await rough.stats()).requests });
    }
    const gathered = await generated(rough.baseURL, folder, problems);
    const seeds = await rough.seeds();
    const keptThen = (request: number) => marks.findLast(({ requests }) => requests <= request)?.kept;
    const spoilt = await spoiltBy(rough);
    return {
      kills: marks.length,
      candidates: problems * PER_PROBLEM,
      differences: differences(whole, gathered),
      /** Calls that were answered, not kept, and made again. */
      repeated: seeds.length - spoilt - problems * PER_PROBLEM,
      /** Of the calls made after a kill, those whose answer was kept before it. */
      keptAndRepeated: seeds.filter((one, request) => keptThen(request)?.has(keys.get(one) as string)).length,
    };
  } finally {
    await Promise.all([calm.close(), rough.close()]);
  }
}

async function spoiltBy(server: ForkedServer): Promise<number> {
  return Object.values((await server.stats()).faults).reduce((sum, count) => sum + count, 0);
}

function differences(left: Harvest, right: Harvest): number {
  const [one, other] = [new Set(left.kept), new Set(right.kept)];
  return left.kept.filter((line) => !other.has(line)).length + right.kept.filter((line) => !one.has(line)).length;
}
