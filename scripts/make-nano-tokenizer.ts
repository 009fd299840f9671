/**
 * Writes the nano student's tokenizer: one token for each character, so that every digit stands alone, and one for each
 * of the phrases that worked solutions repeat. Run it with `npx jiti scripts/make-nano-tokenizer.ts`.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const END_OF_TEXT = '<|endoftext|>';
const END = '<|end|>';
const UNKNOWN = '<unk>';

/** Left out of a decoded text. Their order fixes their ids. */
const SPECIAL = [END_OF_TEXT, '<|user|>', '<|assistant|>', END, UNKNOWN];

/** Ordinary text with a token of its own. The longest match from the left wins, before characters are looked at. */
const PHRASES = [
  '<think>',
  '</think>',
  '<answer>',
  '</answer>',
  'Solve ',
  'x^2',
  'x=',
  'a=',
  'b=',
  'c=',
  'D=',
  '^2',
  'no real solution',
  'no real root',
  'divide by ',
  'no such pair',
  ' is not whole',
  'a is not 1',
  'unknown',
];

const CHARACTERS = ['\n', ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))];

const CHAT_TEMPLATE =
  "{% for message in messages %}{% if message['role'] == 'user' %}<|user|>{{ message['content'] }}" +
  "{% elif message['role'] == 'assistant' %}<|assistant|>{{ message['content'] }}<|end|>{% endif %}{% endfor %}" +
  '{% if add_generation_prompt %}<|assistant|>{% endif %}';

const tokens = [...SPECIAL, ...PHRASES, ...CHARACTERS];

const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [...SPECIAL, ...PHRASES].map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: SPECIAL.includes(content),
  })),
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  // Without a decoder, both libraries put a space between tokens.
  decoder: { type: 'Fuse' },
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: UNKNOWN,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    // Added tokens stand here too: a token that the model does not know would be given an id after all the others.
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    merges: [],
  },
};

const tokenizerConfig = {
  tokenizer_class: 'PreTrainedTokenizerFast',
  clean_up_tokenization_spaces: false,
  eos_token: END,
  pad_token: END_OF_TEXT,
  unk_token: UNKNOWN,
  chat_template: CHAT_TEMPLATE,
};

const generationConfig = {
  eos_token_id: tokens.indexOf(END),
  pad_token_id: tokens.indexOf(END_OF_TEXT),
  do_sample: false,
};

const directory = fileURLToPath(new URL('../students/nano/', import.meta.url));
mkdirSync(directory, { recursive: true });
const files = {
  'tokenizer.json': tokenizer,
  'tokenizer_config.json': tokenizerConfig,
  'generation_config.json': generationConfig,
};
for (const [name, content] of Object.entries(files)) {
  writeFileSync(`${directory}${name}`, `${JSON.stringify(content, null, 2)}\n`);
}
