import { describe, expect, it } from 'vitest';
import { newcombeInterval, tangoInterval, tangoScore } from './paired-difference.ts';
import type { Interval } from './proportion.ts';

const rounded = ({ low, high }: Interval, digits: number) => [low.toFixed(digits), high.toFixed(digits)];

describe("Tango's score interval", () => {
  it('gives the 90% interval of Tango (Stat. Med. 17, 1998, Table V): 43 agree, one differs, −0.096 to 0.037', () => {
    expect(rounded(tangoInterval({ fixed: 0, broken: 1, n: 44 }, 1.6448536269514722)!, 3)).toEqual(['-0.096', '0.037']);
  });

  it('gives the interval of Tango (as above, Table VII): 9 against 3 of 32, −0.027 to 0.390', () => {
    expect(rounded(tangoInterval({ fixed: 9, broken: 3, n: 32 })!, 3)).toEqual(['-0.027', '0.390']);
  });

  it('gives the interval of Agresti & Min (Stat. Med. 24, 2005, 729–740): 16 against 8 of 86, −0.020 to 0.207', () => {
    expect(rounded(tangoInterval({ fixed: 16, broken: 8, n: 86 })!, 3)).toEqual(['-0.020', '0.207']);
  });

  it('gives the interval of Fagerland et al. (Stat. Med. 33, 2014, 2850–2875): airway hyper-responsiveness, −0.517 to −0.026', () => {
    expect(rounded(tangoInterval({ fixed: 1, broken: 7, n: 21 })!, 3)).toEqual(['-0.517', '-0.026']);
  });

  it('of 3 of 3 broken is −1 to 0.1230, as R package contingencytables 3.0 tests', () => {
    expect(rounded(tangoInterval({ fixed: 0, broken: 3, n: 3 })!, 4)).toEqual(['-1.0000', '0.1230']);
  });

  it('of nothing is null', () => {
    expect(tangoInterval({ fixed: 0, broken: 0, n: 0 })).toBeNull();
  });
});

it("Tango's score never rises with a sample more that broke, nor falls with one more that was fixed: the exact test stands on it", () => {
  for (const n of [1, 2, 5, 12, 20]) {
    for (let difference = -0.99; difference < 1; difference += 0.09) {
      for (let fixed = 0; fixed < n; fixed++) {
        for (let broken = 0; broken < n - fixed; broken++) {
          const score = tangoScore(fixed, broken, n, difference) + 1e-9;
          expect(tangoScore(fixed, broken + 1, n, difference)).toBeLessThan(score);
          expect(tangoScore(fixed + 1, broken, n, difference)).toBeGreaterThan(score - 2e-9);
        }
      }
    }
  }
});

describe("Newcombe's method 10", () => {
  it('gives his own interval (Stat. Med. 17, 1998, 2635–2650): 20, 12, 2 and 16 is 0.0562 to 0.3292', () => {
    expect(rounded(newcombeInterval({ both: 20, fixed: 12, broken: 2, n: 50 })!, 4)).toEqual(['0.0562', '0.3292']);
  });

  it('gives the interval of Fagerland et al. (as above): −0.507 to −0.026', () => {
    expect(rounded(newcombeInterval({ both: 1, fixed: 1, broken: 7, n: 21 })!, 3)).toEqual(['-0.507', '-0.026']);
  });

  it('of two samples, one right and one wrong for both, is ±0.5734, as R package contingencytables 3.0 tests', () => {
    expect(rounded(newcombeInterval({ both: 1, fixed: 0, broken: 0, n: 2 })!, 4)).toEqual(['-0.5734', '0.5734']);
  });

  it('refuses more samples than there are, and of nothing is null', () => {
    expect(newcombeInterval({ both: 0, fixed: 0, broken: 0, n: 0 })).toBeNull();
    expect(() => newcombeInterval({ both: 3, fixed: 1, broken: 0, n: 3 })).toThrow('at most n = 3, got 4');
  });
});
