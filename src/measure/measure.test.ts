import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measurementSchema } from '../core/records.ts';
import { checkpointHash, readCheckpoint } from '../model/checkpoint.ts';
import { networkFile } from '../model/network-file.ts';
import { openStudent } from '../model/student.ts';
import { inferenceGraph } from '../nn/inference-graph.ts';
import { WORKLOAD } from './calibration.ts';
import { type MeasureOptions, measure } from './measure.ts';

const requests = Array.from({ length: 20 }, (_, index) => ({ id: `r-${index}`, prompt: `${index}+1` }));

/** The tiny fixture, exported, and how it is to be measured. */
function exported(): MeasureOptions {
  const checkpoint = join(mkdtempSync(join(tmpdir(), 'proofstill-measure-')), 'tiny');
  cpSync('test/fixtures/tiny-qwen2', checkpoint, { recursive: true });
  const { config, weights } = readCheckpoint(checkpoint);
  const network = networkFile(checkpoint, 'fp32');
  mkdirSync(dirname(network));
  writeFileSync(network, inferenceGraph(config, weights, 'fp32'));
  return { checkpoint, precision: 'fp32', suite: 'sums', threads: 1, requests, maxTokens: 8 };
}

describe('a measurement', () => {
  it('counts the memory of the process that answers, not that of the one that asks', async () => {
    const held = Buffer.alloc(800e6, 1);
    const { peakMemoryMb } = await measure(exported());
    // Node alone takes 40 MB; with the compiler of TypeScript and the runtime it is some 200.
    expect(peakMemoryMb).toBeGreaterThan(40);
    expect(peakMemoryMb).toBeLessThan(held.length / 2e6);
  });

  it('says what was measured, and keeps every answer and the work before it', async () => {
    const options = exported();
    const { requests, checkpoint, maxTokens } = options;
    const measured = await measure(options);
    expect(measurementSchema.parse(measured)).toEqual(measured);
    expect(measured).toMatchObject({
      fingerprint: `student:${checkpointHash(checkpoint)}:fp32`,
      decoding: { temperature: 0, maxTokens },
      truncated: await cutOff(options),
      calibration: { workload: WORKLOAD },
    });
    expect(measured.wholeMs).toHaveLength(requests.length);
    expect(measured.calibration.ms).toHaveLength(requests.length);
    // The middle of 20 lies halfway between the tenth and the eleventh.
    const [tenth, eleventh] = measured.wholeMs.toSorted((left, right) => left - right).slice(9, 11) as [number, number];
    expect(measured.whole.p50Ms).toBeCloseTo((tenth + eleventh) / 2, 9);
  });

  it('is refused for a prompt that the network has no room for: no token is not a fast answer', async () => {
    const options = exported();
    const long = { id: 'r-long', prompt: '1+'.repeat(maxPositions(options.checkpoint)) };
    await expect(measure({ ...options, requests: [...options.requests, long] })).rejects.toThrow(
      expect.objectContaining({ code: 'model', message: expect.stringContaining('r-long') }),
    );
  });
});

/** How many answers the student, asked apart, does not end by itself. */
async function cutOff({ checkpoint, requests, maxTokens }: MeasureOptions): Promise<number> {
  const student = await openStudent(checkpoint);
  const greedy = { maxTokens, temperature: 0, topP: 1, seed: 0 };
  let count = 0;
  for await (const { finishReason } of student.generate(requests, greedy)) if (finishReason === 'length') count++;
  await student.close();
  return count;
}

const maxPositions = (checkpoint: string): number => readCheckpoint(checkpoint).config.maxPositions;
