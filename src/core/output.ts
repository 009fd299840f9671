/** What a model produced, and the contract of whatever produces it. */

export interface Output {
  /** The whole text, tags included. */
  readonly text: string;
  /** The reasoning part, where it came apart from the text or could be cut out of it. */
  readonly think?: string;
  readonly answer?: string;
  /** `length`: cut off by the token limit, hence incomplete. `filtered`: withheld by whoever serves the model. */
  readonly finishReason: FinishReason;
  readonly tokens: { readonly in: number; readonly out: number };
  /** Milliseconds of wall clock since the request was taken up. Never part of a scored record: they differ run by run. */
  readonly timings: { readonly firstTokenMs: number; readonly totalMs: number };
  /** Of each output token, where they were asked for and the server gives them. */
  readonly logprobs?: readonly TokenLogprob[];
  /** Of an answer that came from an endpoint. */
  readonly served?: Served;
}

export const FINISH_REASONS = ['stop', 'length', 'cancelled', 'filtered'] as const;
export type FinishReason = (typeof FINISH_REASONS)[number];

export interface TokenLogprob {
  readonly token: string;
  /** Natural logarithm. */
  readonly logprob: number;
}

/** Who served an answer, and what it cost. */
export interface Served {
  /** Host and port. */
  readonly provider: string;
  /** As the server names it in its answer. */
  readonly model: string;
  /** SHA-256 of the messages that were sent. */
  readonly promptHash: string;
  /** `null` where no price is known. */
  readonly usd: number | null;
  /** Of `tokens.out`, those of the reasoning, and of `tokens.in`, those read from the server's cache; where the server says. */
  readonly reasoningTokens?: number;
  readonly cachedTokens?: number;
  /** HTTP requests that it took, failed ones included. */
  readonly requests: number;
  /** Why the server would not answer this request; the text is empty then. */
  readonly refusal?: string;
}

const THINK = /<think>([\s\S]*?)<\/think>/;
const ANSWER = /<answer>([\s\S]*?)<\/answer>/g;

/** Cuts a text into its template's parts: the first think block, and the last answer block after it. */
export function partsOf(text: string): { think?: string; answer?: string } {
  const think = THINK.exec(text);
  const rest = think ? text.slice(think.index + think[0].length) : text;
  const answer = [...rest.matchAll(ANSWER)].at(-1);
  return {
    ...(think ? { think: think[1] as string } : {}),
    ...(answer ? { answer: answer[1] as string } : {}),
  };
}

export interface ModelRequest {
  readonly id: string;
  readonly prompt: string;
  /** Stands before the prompt, where the model takes such a message; others ignore it. */
  readonly system?: string;
}

export interface GenerateOptions {
  /** Outputs for each request. @default 1 */
  readonly attempts?: number;
  /** Index of the first of them: another call goes on where an earlier one ended. @default 0 */
  readonly firstAttempt?: number;
  /** Limit on output tokens. */
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  /** Nucleus: the smallest set of tokens with at least this probability; 1 is off. */
  readonly topP: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** Anything that answers requests. */
export interface Model {
  /** Stable name of what answers, content hashes included: journalled calls are keyed by it. */
  readonly fingerprint: string;
  /**
   * Yields the outputs in order: request 0's attempts, then request 1's, and so on; `requests.length × attempts` in all.
   * An output depends on its request, its attempt index and the options only, never on its neighbours.
   */
  generate(requests: readonly ModelRequest[], options: GenerateOptions): AsyncIterable<Output>;
  close(): Promise<void>;
}
