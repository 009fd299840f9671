/**
 * Text to token ids and back, and the chat template around it: what must be the same when a student is trained, when it
 * is measured here and when it runs elsewhere. Read from a checkpoint's own files.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { messageOf, ProofstillError } from '../core/errors.ts';
import { readCheckpointJson } from './checkpoint-json.ts';

export interface Tokenizer {
  /** Ids of a bare text: nothing is put before or after it. */
  encode(text: string): number[];
  /** Exactly what the ids spell, special tokens left out. */
  decode(ids: readonly number[]): string;
  /** Ids of a user's message in the chat template, up to where the assistant is to begin. */
  prompt(userText: string): number[];
  /**
   * Ids of a whole conversation, up to and including the token that ends the answer. The ids before `learnFrom` are
   * those of {@link Tokenizer.prompt}; the student learns the rest.
   * @throws model error where template or tokenizer would teach another text than this one
   */
  training(userText: string, assistantText: string): { ids: number[]; learnFrom: number };
  /** Ids that end an answer, ascending: at least one. */
  readonly stopIds: readonly number[];
  /** One more than the highest id. A network's vocabulary may be larger, padded to a round number. */
  readonly vocabularySize: number;
}

/** The template of outputs: a tokenizer that loses one of these cannot teach reasoning. */
const TAGS = ['<think>', '</think>', '<answer>', '</answer>'];

const tokenSchema = z.union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)]);
const configSchema = z.looseObject({
  bos_token: tokenSchema.nullish(),
  eos_token: tokenSchema.nullish(),
  pad_token: tokenSchema.nullish(),
  unk_token: tokenSchema.nullish(),
  chat_template: z.union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))]).nullish(),
});
type Config = z.infer<typeof configSchema>;
const generationSchema = z.looseObject({ eos_token_id: z.union([z.int(), z.array(z.int())]).nullish() });

/**
 * Opens the tokenizer of a checkpoint directory: tokenizer.json, tokenizer_config.json, the chat template (in the
 * latter, or in chat_template.jinja, which wins) and generation_config.json, where there is one.
 * @throws model error naming the file that is missing or malformed
 */
export function openTokenizer(directory: string): Tokenizer {
  const path = join(directory, 'tokenizer.json');
  const config = readCheckpointJson(join(directory, 'tokenizer_config.json'), configSchema);
  const hub = openHub(path, config);
  const chat = openChat(directory, config);

  const encode = (text: string): number[] => hub.encode(text, { add_special_tokens: false }).ids;
  // Clean-up would drop spaces before commas: the text would no longer be what the model wrote.
  const decode = (ids: readonly number[]): string =>
    ids.length === 0 ? '' : hub.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false });

  const stopIds = findStopIds(directory, config, hub, encode(chat.tail()));
  const lostTags = TAGS.filter((tag) => decode(encode(tag)) !== tag);

  return {
    encode,
    decode,
    stopIds: [...stopIds].sort((left, right) => left - right),
    vocabularySize: [...hub.get_vocab().values()].reduce((highest, id) => Math.max(highest, id), -1) + 1,
    prompt: (userText) => encode(chat.prompt(userText)),
    training: (userText, assistantText) => {
      const lost = lostTags.find((tag) => assistantText.includes(tag));
      if (lost !== undefined) {
        throw new ProofstillError('model', `${lost} does not survive encoding and decoding`, {
          place: path,
          hint: 'Make the tag an ordinary token: "special": false in added_tokens.',
        });
      }
      const { prompt, whole } = chat.conversation(userText, assistantText);
      const promptIds = encode(prompt);
      const ids = encode(whole);
      if (promptIds.some((id, index) => ids[index] !== id)) {
        throw new ProofstillError('model', "the prompt's tokens change when an answer follows", {
          place: chat.path,
          hint: 'End the generation prompt with a special token, so that no token spans prompt and answer.',
        });
      }
      const end = ids.findIndex((id, index) => index >= promptIds.length && stopIds.has(id));
      if (end === -1) {
        throw new ProofstillError('model', 'the chat template puts no token after an answer that ends it', {
          place: chat.path,
          hint: "Let the template write {{ eos_token }} after the assistant's message.",
        });
      }
      return { ids: ids.slice(0, end + 1), learnFrom: promptIds.length };
    },
  };
}

interface Chat {
  readonly path: string;
  prompt(userText: string): string;
  /** The whole begins with the prompt and the assistant's text, unchanged. */
  conversation(userText: string, assistantText: string): { prompt: string; whole: string };
  /** What follows an assistant's text. */
  tail(): string;
}

function openChat(directory: string, config: Config): Chat {
  const ownFile = join(directory, 'chat_template.jinja');
  const inFile = existsSync(ownFile);
  const path = inFile ? ownFile : join(directory, 'tokenizer_config.json');
  const listed = config.chat_template;
  const source = inFile
    ? readFileSync(ownFile, 'utf8')
    : Array.isArray(listed)
      ? listed.find(({ name }) => name === 'default')?.template
      : listed;
  if (typeof source !== 'string') {
    throw new ProofstillError('model', 'expected a chat_template, found none', {
      place: path,
      hint: 'Take an instruction-tuned checkpoint, or give tokenizer_config.json a chat_template.',
    });
  }

  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw new ProofstillError('model', `the chat template fails: ${messageOf(error)}`, {
        place: path,
        hint: 'Fetch the file again, or mend its chat_template: it must render with user and assistant messages alone.',
        cause: error,
      });
    }
  };
  const template = attempt(() => new Template(source));
  const { bos_token = '', eos_token = '', pad_token = '', unk_token = '' } = config;
  const names = { bos_token, eos_token, pad_token, unk_token };
  const render = (texts: readonly string[], add_generation_prompt: boolean): string => {
    const messages = texts.map((content, turn) => ({ role: turn % 2 === 0 ? 'user' : 'assistant', content }));
    return attempt(() => template.render({ ...names, messages, add_generation_prompt }));
  };

  return {
    path,
    prompt: (userText) => render([userText], true),
    conversation: (userText, assistantText) => {
      const prompt = render([userText], true);
      const whole = render([userText, assistantText], false);
      if (!whole.startsWith(prompt + assistantText)) {
        throw new ProofstillError('model', "the chat template changes the prompt or the assistant's text", {
          place: path,
          hint: "Put the assistant's message, its think block included, right after the generation prompt.",
        });
      }
      return { prompt, whole };
    },
    tail: () => {
      const marker = 'proofstill';
      const whole = render(['', marker], false);
      return whole.slice(whole.lastIndexOf(marker) + marker.length);
    },
  };
}

function openHub(path: string, config: Config): HubTokenizer {
  const content = readCheckpointJson(
    path,
    z.looseObject({ model: z.looseObject({}), added_tokens: z.array(z.unknown()) }),
  );
  try {
    return new HubTokenizer(content, config);
  } catch (error) {
    throw new ProofstillError('model', `not a tokenizer that can be read: ${messageOf(error)}`, {
      place: path,
      hint: 'Fetch the checkpoint again; tokenizer.json must be in the format of Hugging Face tokenizers.',
      cause: error,
    });
  }
}

/** What generation_config.json and the end-of-sequence token say, and the special token after an answer in the template. */
function findStopIds(directory: string, config: Config, hub: HubTokenizer, tailIds: readonly number[]): Set<number> {
  const stopIds = new Set<number>();
  const generationPath = join(directory, 'generation_config.json');
  if (existsSync(generationPath)) {
    const { eos_token_id: ids } = readCheckpointJson(generationPath, generationSchema);
    for (const id of [ids ?? []].flat()) stopIds.add(id);
  }
  const endOfSequence = config.eos_token ? hub.token_to_id(config.eos_token) : undefined;
  if (endOfSequence !== undefined) stopIds.add(endOfSequence);
  // In a base model this is often another token than the two above, and a student trained on the template writes it.
  const added = hub.get_added_tokens_decoder();
  const templateEnd = tailIds.find((id) => added.get(id)?.special);
  if (templateEnd !== undefined) stopIds.add(templateEnd);
  if (stopIds.size === 0) {
    throw new ProofstillError('model', 'no token ends an answer', {
      place: join(directory, 'tokenizer_config.json'),
      hint: 'Give it an eos_token that stands in tokenizer.json.',
    });
  }
  return stopIds;
}
