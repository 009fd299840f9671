/** The part of inspect_ai's logs that is read, and the texts in it. */

import { z } from 'zod';

const tokens = z.int().nonnegative().catch(0).optional();
const content = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]);
const generateConfig = z
  .looseObject({
    max_tokens: z.unknown().optional(),
    temperature: z.unknown().optional(),
    top_p: z.unknown().optional(),
    seed: z.unknown().optional(),
  })
  .nullish();

/** `header.json` or `_journal/start.json` of an archive, and the top of a JSON log. */
export const inspectHeaderSchema = z.looseObject({
  status: z.string().optional(),
  error: z.looseObject({ message: z.string() }).nullish(),
  eval: z.looseObject({
    task: z.string().min(1),
    task_version: z.union([z.string(), z.number()]).optional(),
    model: z.string(),
    model_generate_config: generateConfig,
    dataset: z
      .looseObject({
        samples: z.int().nonnegative().nullish(),
        sample_ids: z.array(z.union([z.string(), z.number()])).nullish(),
      })
      .optional(),
    config: z.looseObject({ epochs: z.int().positive().nullish() }).optional(),
    packages: z.record(z.string(), z.string()).nullish(),
  }),
  plan: z.looseObject({ config: generateConfig }).nullish(),
  results: z.looseObject({ scores: z.array(z.looseObject({ name: z.string() })).optional() }).nullish(),
});
export type InspectHeader = z.infer<typeof inspectHeaderSchema>;

const scoreSchema = z.looseObject({
  value: z.unknown(),
  answer: z.string().nullish(),
  explanation: z.string().nullish(),
  reason: z.string().nullish(),
});

export const inspectSampleSchema = z.looseObject({
  id: z.union([z.string(), z.number()]),
  epoch: z.int().positive(),
  input: z.union([z.string(), z.array(z.looseObject({ role: z.string(), content }))]),
  target: z.union([z.string(), z.array(z.string())]),
  choices: z.array(z.string()).nullish(),
  output: z
    .looseObject({
      completion: z.string().nullish(),
      choices: z
        .array(z.looseObject({ message: z.looseObject({ content }), stop_reason: z.string().nullish() }))
        .optional(),
      usage: z.looseObject({ input_tokens: tokens, output_tokens: tokens }).nullish(),
    })
    .nullish(),
  scores: z.record(z.string(), scoreSchema).nullish(),
  error: z.looseObject({ message: z.string() }).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});
export type InspectSample = z.infer<typeof inspectSampleSchema>;

export const inspectLogSchema = inspectHeaderSchema.extend({ samples: z.array(inspectSampleSchema).nullish() });

/** A sample's problem as one text; a conversation with its roles. */
export function promptOf({ input, choices }: InspectSample): string {
  const asked =
    typeof input === 'string'
      ? input
      : input.length === 1 && input[0]?.role === 'user'
        ? plain(input[0].content)
        : input.map((message) => `${message.role}: ${plain(message.content)}`).join('\n\n');
  return choices?.length
    ? `${asked}\n\n${choices.map((choice, index) => `${letter(index)}) ${choice}`).join('\n')}`
    : asked;
}

export function expectedOf({ target }: InspectSample): string {
  return typeof target === 'string' ? target : target.length === 1 ? (target[0] as string) : JSON.stringify(target);
}

export function outputOf({ output }: InspectSample): { text: string; isTruncated: boolean; in: number; out: number } {
  const choice = output?.choices?.[0];
  return {
    text: output?.completion ?? (choice ? plain(choice.message.content) : ''),
    isTruncated: choice?.stop_reason === 'max_tokens' || choice?.stop_reason === 'model_length',
    in: output?.usage?.input_tokens ?? 0,
    out: output?.usage?.output_tokens ?? 0,
  };
}

const letter = (index: number): string => (index < 26 ? String.fromCharCode(65 + index) : `${index + 1}`);

function plain(from: z.infer<typeof content>): string {
  if (typeof from === 'string') return from;
  return from.map(({ type, text }) => text ?? `[${type}]`).join('\n');
}
