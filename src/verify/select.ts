/** Which of a problem's passing candidates a student gets to see: named policies, each a function of texts and lengths. */

import type { Selection } from '../core/selection.ts';

/** What selecting looks at. */
interface Passing {
  readonly attempt: number;
  readonly output: { readonly text: string; readonly tokens: { readonly out: number } };
}

export interface SelectOptions {
  readonly selection: Selection;
  /** At most. */
  readonly keep: number;
  /** How often the teacher solved the problem: it says how hard that is. */
  readonly passRate: { readonly passed: number; readonly of: number };
}

/**
 * Chooses up to `keep` of the passing candidates of one problem. Identical texts count once; the earlier attempt comes
 * first among equals.
 * - `shortest`: the fewest output tokens.
 * - `diverse`: the shortest, then again and again what is farthest from all chosen (greedy, by Jaccard distance of
 *   3-shingles), the shorter one among equals.
 * - `difficulty`: the shortest, as many as the problem is hard: keep × failure rate, rounded up, at least one.
 * @returns in the order in which they were chosen; none of none.
 * @see DART-Math, arXiv:2407.13690, section 3.1: Prop2Diff, responses in proportion to a query's fail rate.
 */
export function select<T extends Passing>(
  passing: readonly T[],
  { selection, keep, passRate: { passed, of } }: SelectOptions,
): T[] {
  const ranked = [...passing].sort(
    (left, right) => left.output.tokens.out - right.output.tokens.out || left.attempt - right.attempt,
  );
  const texts = new Set<string>();
  const different = ranked.filter(({ output: { text } }) => !texts.has(text) && texts.add(text));
  if (selection === 'diverse') return farthest(different, keep);
  // In whole numbers: 10 × (1 − 0.7) would be a little more than 3.
  const allowed = selection === 'difficulty' ? Math.max(1, Math.ceil((keep * (of - passed)) / of)) : keep;
  return different.slice(0, allowed);
}

function farthest<T extends Passing>(ranked: readonly T[], keep: number): T[] {
  const open = ranked.map((candidate) => ({
    candidate,
    shingles: shinglesOf(candidate.output.text),
    distance: Infinity,
  }));
  const chosen: T[] = [];
  while (chosen.length < keep && open.length > 0) {
    const most = open.reduce((best, one, index) => (one.distance > open[best]!.distance ? index : best), 0);
    const [next] = open.splice(most, 1);
    chosen.push(next!.candidate);
    for (const one of open) one.distance = Math.min(one.distance, jaccardDistance(one.shingles, next!.shingles));
  }
  return chosen;
}

/** Words, each visible symbol, and each character of the scripts that are written without spaces. */
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}])+|[^\s\p{L}\p{N}\p{M}]/gu;
const SHINGLE = 3;

/** Every three neighbouring tokens; of a shorter text, all of it. */
function shinglesOf(text: string): ReadonlySet<string> {
  const tokens = text.match(TOKEN) ?? [];
  const count = Math.max(1, tokens.length - SHINGLE + 1);
  return new Set(Array.from({ length: count }, (_, start) => tokens.slice(start, start + SHINGLE).join(' ')));
}

/** 1 − |A ∩ B| / |A ∪ B| */
function jaccardDistance(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  const [small, large] = left.size < right.size ? [left, right] : [right, left];
  let shared = 0;
  for (const shingle of small) if (large.has(shingle)) shared++;
  return 1 - shared / (left.size + right.size - shared);
}
