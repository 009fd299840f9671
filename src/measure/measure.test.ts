import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../model/checkpoint.ts';
import { networkFile } from '../model/network-file.ts';
import { inferenceGraph } from '../nn/inference-graph.ts';
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
  return { checkpoint, precision: 'fp32', threads: 1, requests, maxTokens: 8 };
}

describe('a measurement', () => {
  it('counts the memory of the process that answers, not that of the one that asks', async () => {
    const held = Buffer.alloc(800e6, 1);
    const { peakMemoryMb } = await measure(exported());
    // Node alone takes 40 MB; with the compiler of TypeScript and the runtime it is some 200.
    expect(peakMemoryMb).toBeGreaterThan(40);
    expect(peakMemoryMb).toBeLessThan(held.length / 2e6);
  });
});
