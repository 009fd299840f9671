/** How a model behind an OpenAI-compatible endpoint is named and asked, as configs hold it: never with a key. */

import { z } from 'zod';
import { ProofstillError } from './errors.ts';

/** How a teacher is told what form its answer must have: `generate/template.ts` has their texts. */
export const TEMPLATES = ['r1', 'chat', 'bare'] as const;
export type TemplateName = (typeof TEMPLATES)[number];

const whole = z.int().positive();
/** US dollars for a million tokens. */
const price = z.number().nonnegative();

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'expected a URL such as https://api.deepseek.com/v1' })
  .refine((url) => !/:\/\/[^/\s]*@/.test(url), 'a base URL holds no user name or password')
  .refine((url) => !/[?#]/.test(url), 'a base URL has no query');

export const endpointSchema = z.strictObject({
  model: z.string().min(1),
  baseURL: baseUrl,
  /** The environment variable that holds the key. @default the well-known one of the host; none for this machine */
  apiKeyEnv: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'expected the name of an environment variable, not a key')
    .exactOptional(),
  /** @default by the model's name: `r1` for reasoning models, else `chat` */
  template: z.enum(TEMPLATES).exactOptional(),
  /** @default 0.6 and 0.95, R1's own */
  temperature: z.number().min(0).max(2).exactOptional(),
  topP: z.number().gt(0).max(1).exactOptional(),
  /** Limit on output tokens, reasoning included. @default 8192: a reasoning model writes far more than a student may */
  maxTokens: whole.exactOptional(),
  /** Instead of the table of known prices. */
  prices: z.strictObject({ input: price, output: price, cachedInput: price.exactOptional() }).exactOptional(),
  limits: z
    .strictObject({
      /** Calls in flight at most; it adapts below that. @default 64 */
      concurrency: whole.exactOptional(),
      requestsPerMinute: whole.exactOptional(),
      tokensPerMinute: whole.exactOptional(),
      /** Of one request, from sending it to its last byte. @default 600 */
      deadlineSeconds: z.number().positive().exactOptional(),
      /** Without a byte of a streamed answer. @default 120 */
      stallSeconds: z.number().positive().exactOptional(),
    })
    .exactOptional(),
});
export type Endpoint = z.infer<typeof endpointSchema>;

const REFERENCE = /^openai:(.+)@(https?:\/\/.+)$/;

/** How a teacher is asked: R1's own temperature and nucleus (its README's usage recommendations), where nothing else is said. */
export interface TeacherDecoding {
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
}

/** @param maxTokens of a teacher that is no endpoint */
export function teacherDecoding(teacher: string | Endpoint, maxTokens: number): TeacherDecoding {
  const endpoint = endpointOf(teacher);
  const { temperature = 0.6, topP = 0.95 } = endpoint ?? {};
  return { temperature, topP, maxTokens: endpoint ? (endpoint.maxTokens ?? 8192) : maxTokens };
}

/** The endpoint that a model's reference or settings mean; nothing where it is another kind of model. @throws as {@link parseEndpoint} */
export function endpointOf(model: string | Endpoint): Endpoint | undefined {
  if (typeof model !== 'string') return model;
  return isEndpointReference(model) ? parseEndpoint(model) : undefined;
}

/** Whether a model's reference means an endpoint. */
export function isEndpointReference(reference: string): boolean {
  return reference.startsWith('openai:');
}

/** Reads `openai:<model>@<base URL>`. @throws config error */
export function parseEndpoint(reference: string): Endpoint {
  const [, model, baseURL] = REFERENCE.exec(reference) ?? [];
  const read = endpointSchema.safeParse({ model, baseURL });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new ProofstillError(
    'config',
    model ? (issue?.message ?? 'not a base URL') : 'expected a model and a base URL',
    {
      place: reference.replace(/:\/\/[^/\s]*@/, '://…@'),
      hint: 'Write it as openai:deepseek-reasoner@https://api.deepseek.com/v1 or openai:qwen3@http://localhost:8000/v1.',
    },
  );
}

/** A model as a person names it: its reference, or that of an endpoint without its settings. */
export function modelName(model: string | Endpoint): string {
  return typeof model === 'string' ? model : `openai:${model.model}@${model.baseURL}`;
}
