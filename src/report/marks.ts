/** Cuts an output into pieces with what its checks found marked in place. */

import type { Evaluation } from '../core/records.ts';
import { statusOf } from '../core/verdict.ts';

/** `tag`: the template's own. `holds`, `fails`: an equality between numbers, as the trace's checks found it. */
export interface Piece {
  readonly text: string;
  readonly kind: 'plain' | 'tag' | 'holds' | 'fails';
}

/**
 * The output's text in pieces; joined they are the text again. An equality fails where a failed check quotes it, and holds
 * where every trace check passed; in any other case nobody vouched for it and it is plain.
 */
export function piecesOf({ output: { text }, verdict }: Evaluation): Piece[] {
  const accused = new Set(
    verdict.checks
      .filter((check) => check.status === 'fail' && check.detail !== undefined)
      .flatMap((check) => equalitiesIn(check.detail as string).flatMap(linksOf)),
  );
  const otherwise = statusOf(verdict, 'trace') === 'pass' ? 'holds' : 'plain';
  const pieces: Piece[] = [];
  const end = marksIn(text).reduce((from, mark) => {
    if (mark.index > from) pieces.push({ text: text.slice(from, mark.index), kind: 'plain' });
    const kind = mark.isTag ? 'tag' : linksOf(mark.text).some((link) => accused.has(link)) ? 'fails' : otherwise;
    pieces.push({ text: mark.text, kind });
    return mark.index + mark.text.length;
  }, 0);
  if (end < text.length) pieces.push({ text: text.slice(end), kind: 'plain' });
  return pieces;
}

interface Mark {
  readonly index: number;
  readonly text: string;
  readonly isTag: boolean;
}

/** The template's tags, and runs of what numbers are written with: the scan stays linear however long a line is. */
const CANDIDATE = /<\/?(?:think|answer)>|[\d+\-*/^().= \t]+/g;

function marksIn(text: string): Mark[] {
  return [...text.matchAll(CANDIDATE)].flatMap((match): Mark[] => {
    if (match[0].startsWith('<')) return [{ index: match.index, text: match[0], isTag: true }];
    const equality = equalityIn(
      match[0],
      isLetter(text[match.index - 1]),
      isLetter(text[match.index + match[0].length]),
    );
    return equality ? [{ index: match.index + equality.offset, text: equality.text, isTag: false }] : [];
  });
}

/** The chain of two or more numeric sides in a run; a side that belongs to a letter, as in `x-5=0`, is none. */
function equalityIn(run: string, afterLetter: boolean, beforeLetter: boolean): { offset: number; text: string } | null {
  const sides = run.split('=');
  const isNumeric = (side: string | undefined) => side !== undefined && /\d/.test(side);
  let first = 0;
  if (afterLetter || !isNumeric(sides[0]) || /^\s*[+*/^)]/.test(sides[0] as string)) first = 1;
  let last = sides.length;
  if (beforeLetter || !isNumeric(sides.at(-1))) last -= 1;
  const chain = sides.slice(first, last);
  if (chain.length < 2 || !chain.every(isNumeric)) return null;
  const text = chain.join('=');
  const lead = text.length - text.trimStart().length;
  const offset = first === 0 ? lead : (sides[0] as string).length + 1 + lead;
  return { offset, text: text.trim().replace(/[.\s]+$/, '') };
}

function equalitiesIn(detail: string): string[] {
  return marksIn(detail).flatMap((mark) => (mark.isTag ? [] : [mark.text]));
}

/** `a=b=c` as its links `a=b` and `b=c`, without spaces. */
function linksOf(equality: string): string[] {
  const sides = equality.replaceAll(/\s/g, '').split('=');
  return sides.slice(1).map((side, index) => `${sides[index]}=${side}`);
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /\p{L}/u.test(character);
}
