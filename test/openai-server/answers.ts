/** What the server's model says: a function of messages and seed alone, so that a second asking gets the same answer. */

import { hash } from 'node:crypto';

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

/** A chat completion request, as far as this server reads it. */
export interface ChatBody {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly seed?: number;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean; readonly continuous_usage_stats?: boolean };
  readonly logprobs?: boolean;
}

export interface Answer {
  readonly reasoning?: string;
  readonly content: string;
  /** @default stop, or length where the limit cuts it off */
  readonly finishReason?: string;
}

export type Answerer = (body: ChatBody) => Answer;

/**
 * Adds up the numbers of the last message, in one of three wordings and wrongly for three seeds in ten: a teacher that
 * has something to reject.
 */
export const addNumbers: Answerer = ({ messages, seed = 0 }) => {
  const prompt = messages.at(-1)?.content ?? '';
  const numbers = prompt.match(/\d+/g) ?? [];
  const sum = numbers.reduce((total, number) => total + Number(number), 0);
  const draw = hash('sha256', `${seed} ${prompt}`, 'buffer');
  const said = draw[0]! % 10 < 3 ? sum + 1 + (draw[1]! % 9) : sum;
  const method = ['one after the other', 'from the right', 'in my head'][draw[2]! % 3];
  return {
    reasoning: `I add ${numbers.join(' and ')} ${method}: ${numbers.join('+')}=${said}.`,
    content: `<answer>${said}</answer>`,
  };
};

/** A tokenizer's stand-in: words with the space before them; joined, they are the text again. */
export function tokensOf(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}
