/**
 * Whether a row shows a problem that the student is judged on. The index holds hashes only: whoever has it cannot read a
 * holdout prompt out of it.
 *
 * A row is contaminated by its key, by a prompt that holds the whole of a short forbidden prompt or its formula, or by a
 * prompt or text that shares runs of {@link GRAM} tokens with a longer one. A token is a word, or one character of Chinese
 * and other unspaced scripts. Half of a prompt's runs must be there, and every number, symbol and negation of it must lie in
 * a shared run: the same exercise with other numbers is another problem, and what a suite's prompts have in common is none.
 * Any run at all, as others have it, would drop both; docs/log.md has the rates.
 *
 * Texts are held against long prompts only. A trace may well come upon `x^2-5x+6=0` on its way, and is no leak for that.
 */

import { sha256 } from '../core/hash.ts';
import type { DatasetRow } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';
import { Grams, runHash } from './grams.ts';
import { HashIndex } from './hash-index.ts';
import { KIND, Words } from './words.ts';

/** Tokens in a run, as open-r1 and s1 have it for words. 13, as in HELM, finds fewer prompts that were edited, and no fewer clean ones. */
export const GRAM = 8;
/** Part of a prompt's runs that must be shared. */
const SHARED = 0.5;
/** Prompts that make a run a common one, such as a suite's instructions: it shows none of them, if anything else could. */
const COMMON = 3;
/** Low bits of a run's hash. */
const HINTS = 0xffff;
/** Tokens from which a whole prompt is looked for inside of others; sums are from three. A shorter one is only found by itself. */
const LEAST_INSIDE = 5;
/** Tokens from which a prompt is looked for in texts too. */
const LEAST_IN_TEXT = 13;
/** Tokens from which a formula that holds all numbers of its prompt stands for it, whatever the words around it. */
const LEAST_FORMULA = 7;

/** The rule that found it. */
export type Contamination = 'key' | 'whole' | 'formula' | 'grams' | 'text';

/** A prompt's runs by their numbers, and the tokens that they must cover. */
interface Long {
  readonly length: number;
  readonly grams: readonly number[];
  /** Of each run, the {@link edges} it may have in a row. */
  readonly edges: readonly number[];
  readonly decisive: readonly number[];
}

type Row = Pick<DatasetRow, 'key' | 'prompt' | 'text'>;

export class ContaminationIndex {
  readonly #keys = new Set<string>();
  /** Short prompts that are found by themselves, and those that are found inside of others too. */
  readonly #alone = new HashIndex();
  readonly #whole = new HashIndex();
  /** The latter's runs in a row, by their numbers of tokens. */
  readonly #wholeRuns = new Map<number, Grams>();
  readonly #formulas = new HashIndex();
  readonly #grams = new HashIndex();
  /** 1 where a run of {@link #grams} or a whole prompt has these low bits: most runs of most rows have others. */
  readonly #hints = new Uint8Array(HINTS + 1);
  /** Of each run, the number of prompts that hold it, and those that are looked at for its sake. */
  readonly #held: number[] = [];
  readonly #holders: number[][] = [];
  readonly #long: Long[] = [];
  readonly #prompts = new HashIndex();
  readonly #words = new Words();
  readonly #runs = new Grams(GRAM);

  constructor(samples: Iterable<Pick<Sample, 'key' | 'prompt'>> = []) {
    this.add(samples);
  }

  /** Forbids further samples. */
  add(samples: Iterable<Pick<Sample, 'key' | 'prompt'>>): void {
    for (const { key, prompt } of samples) {
      this.#keys.add(sha256(key));
      const words = this.#words.read(prompt);
      const { size } = this.#prompts;
      if (words.length > 0 && this.#prompts.add(...runHash(words, 0, words.length)) === size) this.#addPrompt(words);
    }
  }

  /** The first rule that finds a forbidden problem in a row, or none. */
  find(row: Row): Contamination | undefined {
    return this.#keys.has(sha256(row.key)) ? 'key' : this.findIn(this.#words.read(row.prompt, row.text));
  }

  /** As {@link find}, without the key, in a row that has been read already. */
  findIn(words: Words): Exclude<Contamination, 'key'> | undefined {
    if (this.#findWhole(words)) return 'whole';
    if (formulas(words).some(([start, end]) => has(this.#formulas, runHash(words, start, end)))) return 'formula';
    if (this.#findGrams(words, 0, words.promptLength, GRAM)) return 'grams';
    return this.#findGrams(words, words.promptLength, words.length, LEAST_IN_TEXT) ? 'text' : undefined;
  }

  hasKey(key: string): boolean {
    return this.#keys.has(sha256(key));
  }

  #addPrompt(words: Words): void {
    const { length } = words;
    if (length >= GRAM) this.#addGrams(words);
    if (length < LEAST_IN_TEXT) {
      const isSum =
        length >= 3 && countOf(words, KIND.number, 0, length) >= 2 && countOf(words, KIND.symbol, 0, length) > 0;
      const isFoundInside = length >= LEAST_INSIDE || isSum;
      const [high, low] = runHash(words, 0, length);
      (isFoundInside ? this.#whole : this.#alone).add(high, low);
      this.#hints[low & HINTS] = 1;
      if (isFoundInside && !this.#wholeRuns.has(length)) this.#wholeRuns.set(length, new Grams(length));
    }
    const [formula, ...others] = formulas(words);
    if (formula === undefined || others.length > 0) return;
    const [start, end] = formula;
    const hasAllNumbers = countOf(words, KIND.number, 0, start) + countOf(words, KIND.number, end, length) === 0;
    if (hasAllNumbers) this.#formulas.add(...runHash(words, start, end));
  }

  #addGrams(words: Words): void {
    const { length } = words;
    const prompt = this.#long.length;
    const { low, length: runs } = this.#runs.read(words, 0, length);
    const grams = Array.from({ length: runs }, (_, at) => this.#grams.add(...runHash(words, at, at + GRAM)));
    for (const gram of new Set(grams)) this.#held[gram] = (this.#held[gram] ?? 0) + 1;
    for (let at = 0; at < runs; at++) this.#hints[low[at]! & HINTS] = 1;
    // The rarest in any case: no prompt is looked for by nothing.
    const [rarest] = [...grams].sort((one, two) => this.#held[one]! - this.#held[two]!);
    for (const gram of new Set(grams)) {
      const holders = this.#holders[gram] ?? [];
      if (gram === rarest || this.#held[gram]! < COMMON) holders.push(prompt);
      this.#holders[gram] = holders;
    }
    this.#long.push({
      length,
      grams,
      edges: grams.map((_, at) => edgesAllowed(words, at)),
      decisive: Array.from({ length }, (_, at) => at).filter((at) => words.isDecisive(at)),
    });
  }

  #findWhole(words: Words): boolean {
    const { promptLength } = words;
    if (promptLength > 0 && has(this.#alone, runHash(words, 0, promptLength))) return true;
    for (const [size, runs] of this.#wholeRuns) {
      const { low, length } = runs.read(words, 0, promptLength);
      for (let at = 0; at < length; at++) {
        if (this.#hints[low[at]! & HINTS] === 0) continue;
        if (isApart(words, at, at + size) && has(this.#whole, runHash(words, at, at + size))) return true;
      }
    }
    return false;
  }

  #findGrams(words: Words, start: number, end: number, leastLength: number): boolean {
    let shared: Map<number, number> | undefined;
    const { low, length } = this.#runs.read(words, start, end);
    const hints = this.#hints;
    for (let run = 0; run < length; run++) {
      if (hints[low[run]! & HINTS] === 0) continue;
      const at = start + run;
      const gram = this.#grams.find(...runHash(words, at, at + GRAM));
      if (gram < 0) continue;
      shared ??= new Map();
      shared.set(gram, (shared.get(gram) ?? 0) | edgesOf(words, at));
    }
    if (!shared) return false;
    const prompts = new Set([...shared.keys()].flatMap((gram) => this.#holders[gram]!));
    for (const prompt of prompts) {
      const long = this.#long[prompt]!;
      if (long.length >= leastLength && this.#isShown(long, shared)) return true;
    }
    return false;
  }

  /** Whether the shared runs, each with the edges that it was seen with, show a prompt. */
  #isShown({ grams, edges, decisive }: Long, shared: ReadonlyMap<number, number>): boolean {
    const isShared = (at: number): boolean => ((shared.get(grams[at]!) ?? 0) & edges[at]!) !== 0;
    const all = [...grams.keys()];
    const own = all.filter((at) => this.#held[grams[at]!]! < COMMON);
    const counted = own.length > 0 ? own : all;
    if (counted.filter(isShared).length < SHARED * counted.length) return false;
    return decisive.every((token) => {
      for (let at = Math.max(0, token - GRAM + 1); at <= token && at < grams.length; at++)
        if (isShared(at)) return true;
      return false;
    });
  }
}

/**
 * Whether a formula goes on before and after the run at a token, as one bit of four. `x^2+2x` is no run of `2x^2+2x`: where
 * no formula goes on in the prompt, none may in the row.
 */
function edgesOf(words: Words, at: number): number {
  return 1 << (Number(words.isInside(at)) + 2 * Number(words.isInside(at + GRAM)));
}

function edgesAllowed(words: Words, at: number): number {
  const before = words.isInside(at) ? 0b1111 : 0b0101;
  return before & (words.isInside(at + GRAM) ? 0b1111 : 0b0011);
}

const has = (index: HashIndex, [high, low]: readonly [number, number]): boolean => index.find(high, low) >= 0;

/** Whether the run is no part of a longer formula; brackets around the whole of it do not count. */
function isApart(words: Words, start: number, end: number): boolean {
  const isBracketed =
    start > 0 &&
    end < words.promptLength &&
    words.kinds[start - 1] === KIND.bracket &&
    words.kinds[end] === KIND.bracket;
  return isBracketed || !(words.isInside(start) || words.isInside(end));
}

/** Where the prompt's formulas begin and end: the longest runs of formal tokens that are joined, two numbers in each. */
function formulas(words: Words): [start: number, end: number][] {
  const found: [number, number][] = [];
  for (let start = 0; start < words.promptLength; ) {
    let end = start + 1;
    while (end < words.promptLength && words.isInside(end)) end++;
    let [first, last] = [start, end];
    while (words.kinds[first] === KIND.bracket && words.kinds[last - 1] === KIND.bracket && last - first > 2) {
      first++;
      last--;
    }
    if (last - first >= LEAST_FORMULA && countOf(words, KIND.number, first, last) >= 2) found.push([first, last]);
    start = end;
  }
  return found;
}

function countOf({ kinds }: Words, kind: number, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (kinds[at] === kind) count++;
  return count;
}
