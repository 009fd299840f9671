/** What a model produced, and the contract of whatever produces it. */

export interface Output {
  /** The whole text, tags included. */
  readonly text: string;
  /** The reasoning part, where it came apart from the text or could be cut out of it. */
  readonly think?: string;
  readonly answer?: string;
  /** `length`: cut off by the token limit, hence incomplete. */
  readonly finishReason: 'stop' | 'length' | 'cancelled';
  readonly tokens: { readonly in: number; readonly out: number };
  /** Milliseconds of wall clock since the request was taken up. Never part of a scored record: they differ run by run. */
  readonly timings: { readonly firstTokenMs: number; readonly totalMs: number };
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
}

export interface GenerateOptions {
  /** Outputs for each request. @default 1 */
  readonly attempts?: number;
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
