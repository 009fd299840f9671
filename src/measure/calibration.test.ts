import { describe, expect, it } from 'vitest';
import { sha256 } from '../core/hash.ts';
import { calibrationNetwork, PROMPT, TOKENS, WORKLOAD } from './calibration.ts';

describe('the calibration workload', () => {
  it('is the same work as ever under its name: another network needs another name', () => {
    // No outside source: this is what decode-1 is. Measurements in users' repositories rest on it.
    expect({ name: WORKLOAD, prompt: PROMPT, tokens: TOKENS, network: sha256(calibrationNetwork()) }).toEqual({
      name: 'decode-1',
      prompt: 24,
      tokens: 48,
      network: 'a1ae32cbb28941a9585d9536efe82098ec7c40f9c93a74176e31cfff2a50623d',
    });
  });
});
