/** The named policies by which some of a problem's passing candidates are chosen; `verify/select.ts` does it. */

/**
 * `shortest`: the fewest output tokens. `diverse`: the shortest, then whatever differs most from those chosen.
 * `difficulty`: more of a problem that the teacher rarely solves, fewer of one that it always does (DART-Math, Prop2Diff).
 */
export const SELECTIONS = ['shortest', 'diverse', 'difficulty'] as const;
export type Selection = (typeof SELECTIONS)[number];
