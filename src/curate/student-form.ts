/** How a student would be taught a row: through its own chat template and tokenizer. */

import { isProofstillError } from '../core/errors.ts';
import type { DatasetRow } from '../core/records.ts';
import { openTokenizer } from '../model/tokenizer.ts';

/** Tokens of the whole conversation, and of them those of the answer. */
export interface RowTokens {
  readonly whole: number;
  readonly answer: number;
}

export interface StudentForm {
  /** The row's tokens; `undefined` where the student would read another text than the row's. */
  tokens(row: Pick<DatasetRow, 'prompt' | 'text'>): RowTokens | undefined;
  /** Whether the student reads the row as it is, in at most `rowLength` tokens. */
  fits(row: Pick<DatasetRow, 'prompt' | 'text'>, rowLength: number): boolean;
}

const TEMPLATE = '<think>because</think><answer>so</answer>';

/**
 * Opens the tokenizer of a checkpoint directory, and makes sure that think and answer tags survive it: one error now
 * instead of one for every row.
 * @throws model error naming the file that loses them
 */
export function studentForm(directory: string): StudentForm {
  const tokenizer = openTokenizer(directory);
  tokenizer.training('why?', TEMPLATE);
  const tokens: StudentForm['tokens'] = ({ prompt, text }) => {
    const { ids, learnFrom } = unlessLost(() => tokenizer.training(prompt, text)) ?? { ids: [], learnFrom: 0 };
    const answer = ids.slice(learnFrom);
    // A text may hold the very token that ends an answer, or characters that the vocabulary lacks.
    return ids.length > 0 && tokenizer.decode(answer).includes(text)
      ? { whole: ids.length, answer: answer.length }
      : undefined;
  };
  return { tokens, fits: (row, rowLength) => (tokens(row)?.whole ?? Number.POSITIVE_INFINITY) <= rowLength };
}

/** What `work` gives; nothing where the template trims or changes this very row. */
function unlessLost<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (isProofstillError(error, 'model')) return undefined;
    throw error;
  }
}
