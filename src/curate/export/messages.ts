/** A row as a conversation of one question and its answer, in OpenAI's form. */

import type { DatasetRow } from '../../core/records.ts';

export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export function messagesOf({ prompt, text }: Pick<DatasetRow, 'prompt' | 'text'>): Message[] {
  return [
    { role: 'user', content: prompt },
    { role: 'assistant', content: text },
  ];
}
