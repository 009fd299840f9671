/** What the review's page and its server say to each other. The page reads this file too: nothing of Node is in it. */

import { z } from 'zod';
import type { Verdict } from '../core/verdict.ts';
import type { ItemView } from './view.ts';

/** How far a review is; the four last add up to `queued`. */
export interface Counts {
  readonly queued: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly edited: number;
  readonly left: number;
}

const LONGEST_NOTE = 2000;

const about = { n: z.int().nonnegative(), hash: z.string(), note: z.string().max(LONGEST_NOTE).exactOptional() };

/** `POST /decide`: what a reviewer says of the item at place `n`, whose text has this hash. */
export const orderSchema = z.discriminatedUnion('decision', [
  z.strictObject({ ...about, decision: z.enum(['accept', 'reject']) }),
  z.strictObject({ ...about, decision: z.literal('edit'), text: z.string() }),
]);
export type Order = z.infer<typeof orderSchema>;

/** What became of it: recorded; refused, since the verifier does not pass an edit; or about a text that is not there. */
export type Outcome =
  | {
      readonly kind: 'decided';
      /** Place of the next item that nobody decided; `null` where all are. */
      readonly next: number | null;
      readonly counts: Counts;
      /** On an edit. */
      readonly verdict: Verdict | null;
    }
  | { readonly kind: 'refused'; readonly verdict: Verdict }
  | { readonly kind: 'stale' };

/** `GET /item`. */
export interface ItemReply {
  readonly item: ItemView;
  readonly counts: Counts;
}

/** `POST /undo`. */
export interface UndoReply {
  /** Place of the item whose last decision was withdrawn; `null` where there was none. */
  readonly n: number | null;
  readonly counts: Counts;
}
