/** The rows that the nano student brings to a distillation, so that it forgets nothing of its arithmetic. */

import { type DatasetRow, randomStream } from 'proofstill';
import { drawLesson } from './corpus.ts';

/** Of students/nano/general.jsonl. */
export const GENERAL_ROWS = 3000;

/** Lessons whose whole text can be predicted from the prompt; equations are left to the traces. */
export function drawGeneralRows(count: number): DatasetRow[] {
  const random = randomStream(1, 'general rows');
  const rows: DatasetRow[] = [];
  while (rows.length < count) {
    const { kind, prompt, pieces } = drawLesson(random, random.pick(['general', 'closing']));
    const texts = pieces.filter((piece) => typeof piece === 'string');
    if (kind === 'bare' || kind === 'linear' || texts.length < pieces.length) continue;
    rows.push({ schema: 1, key: `general-${rows.length}`, area: kind, prompt, text: texts.join('') });
  }
  return rows;
}
