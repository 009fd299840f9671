import { expect, it } from 'vitest';
import { mcnemarExact, mcnemarMidP } from './mcnemar.ts';

it('airway hyper-responsiveness, 1 against 7, has p 0.0703 and mid-p 0.0391 (Fagerland et al., BMC Med. Res. Methodol. 13:91, 2013)', () => {
  expect(mcnemarExact(1, 7)).toBeCloseTo(0.0703125, 12);
  expect(mcnemarMidP(1, 7)).toBeCloseTo(0.0390625, 12);
});

it('complete response, 6 against 16, has p 0.052479 and mid-p 0.034690, as R package contingencytables 3.0 tests', () => {
  expect(mcnemarExact(6, 16).toFixed(6)).toBe('0.052479');
  expect(mcnemarMidP(6, 16).toFixed(6)).toBe('0.034690');
});

it('as many fixed as broken has a mid-p of 1 less half of what was seen counted twice: 3 against 3 is 1 − C(6,3)/2^6', () => {
  expect(mcnemarMidP(3, 3)).toBeCloseTo(1 - 20 / 64, 12);
  expect(mcnemarMidP(0, 0)).toBe(1);
});
