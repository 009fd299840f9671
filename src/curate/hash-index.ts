/** 64-bit hashes numbered in the order in which they come, in flat memory: a Map of as many numbers takes six times that. */

import { mixed } from './words.ts';

export class HashIndex {
  /** Two words for each slot; 0 and 0 is a free one. */
  #slots = new Uint32Array(2 * 1024);
  /** Of each slot, the number of its hash. */
  #numbers = new Uint32Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The number of a hash, or −1. */
  find(high: number, low: number): number {
    const slot = this.#slot(high >>> 0, (low | 1) >>> 0);
    return this.#slots[2 * slot + 1] === 0 ? -1 : this.#numbers[slot]!;
  }

  /** The number of a hash, given now where it has none: `size` then grows by one. */
  add(high: number, low: number): number {
    const found = this.find(high, low);
    if (found >= 0) return found;
    if (2 * this.#size >= this.#numbers.length) this.#grow();
    this.#put(high >>> 0, (low | 1) >>> 0, this.#size);
    return this.#size++;
  }

  #put(high: number, low: number, number: number): void {
    const slot = this.#slot(high, low);
    this.#slots[2 * slot] = high;
    this.#slots[2 * slot + 1] = low;
    this.#numbers[slot] = number;
  }

  /** Where a hash is, or would be. A low word is odd, so never that of a free slot. */
  #slot(high: number, low: number): number {
    const mask = this.#numbers.length - 1;
    let slot = mixed(high ^ low) & mask;
    while (this.#slots[2 * slot + 1] !== 0 && (this.#slots[2 * slot] !== high || this.#slots[2 * slot + 1] !== low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const [slots, numbers] = [this.#slots, this.#numbers];
    this.#slots = new Uint32Array(2 * slots.length);
    this.#numbers = new Uint32Array(2 * numbers.length);
    for (let slot = 0; slot < numbers.length; slot++) {
      if (slots[2 * slot + 1] !== 0) this.#put(slots[2 * slot]!, slots[2 * slot + 1]!, numbers[slot]!);
    }
  }
}
