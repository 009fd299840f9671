/** A size for texts whose tokens nobody counted. */

/** Runs of letters, runs of digits, and every other visible symbol by itself. */
const PIECE = /\p{L}+|\p{N}+|[^\s\p{L}\p{N}]/gu;

/** Number of pieces in `text`: a stand-in for its tokens, the same on every machine. `x^2-5x=0` has 8. */
export function countPieces(text: string): number {
  return text.match(PIECE)?.length ?? 0;
}

/** The start of `text` that holds its first `limit` pieces; the whole text where it has no more than that. */
export function firstPieces(text: string, limit: number): string {
  let kept = 0;
  for (const piece of text.matchAll(PIECE)) {
    if (kept++ === limit) return text.slice(0, piece.index).trimEnd();
  }
  return text;
}
