import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isProofstillError } from '../core/errors.ts';
import { openTokenizer } from './tokenizer.ts';

const NANO = 'students/nano';
/** Made by scripts/python/reference_tokenizer.py with transformers. */
const reference = JSON.parse(readFileSync('test/fixtures/nano-tokenizer.json', 'utf8'));

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** A copy of the nano tokenizer with some files' JSON changed. */
function changed(changes: Record<string, (content: Record<string, unknown>) => unknown>): string {
  const directory = mkdtempSync(join(tmpdir(), 'proofstill-tokenizer-'));
  directories.push(directory);
  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'generation_config.json']) {
    cpSync(join(NANO, name), join(directory, name));
  }
  for (const [name, change] of Object.entries(changes)) {
    const path = join(directory, name);
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));
  }
  return directory;
}

function errorOf(work: () => unknown): { message: string; place: string | undefined; hint: string | undefined } {
  try {
    work();
  } catch (error) {
    if (isProofstillError(error, 'model')) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the nano tokenizer', () => {
  const tokenizer = openTokenizer(NANO);

  it('gives the ids and the text that transformers gives', () => {
    for (const { text, ids, decoded } of reference.texts) {
      expect(tokenizer.encode(text)).toEqual(ids);
      expect(tokenizer.decode(ids)).toBe(decoded);
    }
    expect(tokenizer.vocabularySize).toBe(reference.vocabularySize);
    expect(tokenizer.stopIds).toEqual([reference.endId]);
  });

  it('gives the prompt and the conversation that transformers gives', () => {
    const { user, assistant, prompt, whole } = reference.conversation;
    expect(tokenizer.prompt(user)).toEqual(prompt);
    expect(tokenizer.training(user, assistant)).toEqual({ ids: whole, learnFrom: prompt.length });
  });

  it('gives every digit a token of its own', () => {
    expect(tokenizer.encode('1234567890')).toHaveLength(10);
  });

  it('decodes every text of its characters exactly, tags included', () => {
    const text = `<think>${String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 32 + i))}\n , </think>`;
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    expect(tokenizer.decode([])).toBe('');
  });
});

describe('the chat template', () => {
  const withTemplate = (chat_template: unknown) =>
    changed({ 'tokenizer_config.json': (config) => ({ ...config, chat_template }) });
  const chatMl =
    "{% for m in messages %}{{ '<|user|>' + m.role + '\\n' + m.content + '<|end|>' + '\\n' }}{% endfor %}" +
    "{% if add_generation_prompt %}{{ '<|user|>assistant\\n' }}{% endif %}";

  it('is cut after the token that ends the answer', () => {
    const tokenizer = openTokenizer(withTemplate(chatMl));
    const { ids, learnFrom } = tokenizer.training('1', '<think>2</think>');
    expect(ids.at(-1)).toBe(reference.endId);
    expect(tokenizer.decode(ids.slice(learnFrom))).toBe('<think>2</think>');
  });

  it('may be one of several, of which the default counts, and chat_template.jinja wins over both', () => {
    const directory = withTemplate([
      { name: 'tool_use', template: 'x' },
      { name: 'default', template: chatMl },
    ]);
    expect(openTokenizer(directory).decode(openTokenizer(directory).prompt('1'))).toBe('user\n1\nassistant\n');
    writeFileSync(join(directory, 'chat_template.jinja'), '{{ messages[0].content }}<|assistant|>');
    expect(openTokenizer(directory).decode(openTokenizer(directory).prompt('1'))).toBe('1');
  });

  it('adds its own end token to those at which generation stops', () => {
    const directory = changed({
      'tokenizer_config.json': (config) => ({ ...config, eos_token: { content: '<|endoftext|>' } }),
      'generation_config.json': () => ({ eos_token_id: [0] }),
    });
    expect(openTokenizer(directory).stopIds).toEqual([0, reference.endId]);
  });

  it('must not drop the think block', () => {
    const dropping = withTemplate(chatMl.replace('m.content', "m.content.split('</think>')[-1]"));
    const error = errorOf(() => openTokenizer(dropping).training('1', '<think>2</think>3'));
    expect(error.message).toMatch('changes the prompt or the assistant');
    expect(error.place).toBe(join(dropping, 'tokenizer_config.json'));
  });

  it('must end an answer', () => {
    const endless = openTokenizer(withTemplate('{% for m in messages %}{{ m.content }}{% endfor %}'));
    expect(errorOf(() => endless.training('1', '2')).message).toMatch('no token after an answer');
  });

  it('must parse and render', () => {
    expect(errorOf(() => openTokenizer(withTemplate('{% if %}'))).message).toMatch('the chat template fails');
    expect(errorOf(() => openTokenizer(withTemplate("{{ raise_exception('no') }}"))).message).toMatch('no');
    expect(errorOf(() => openTokenizer(withTemplate(undefined))).message).toMatch('found none');
  });
});

describe('a damaged tokenizer', () => {
  it('names the file that is missing', () => {
    const directory = changed({});
    rmSync(join(directory, 'tokenizer.json'));
    const { place, hint } = errorOf(() => openTokenizer(directory));
    expect(place).toBe(join(directory, 'tokenizer.json'));
    expect(hint).toMatch('tokenizer.json');
  });

  it('names the file that is not JSON, or not a tokenizer', () => {
    const directory = changed({});
    writeFileSync(join(directory, 'tokenizer.json'), '{"model": {');
    expect(errorOf(() => openTokenizer(directory)).message).toMatch('expected JSON');
    const other = changed({ 'tokenizer.json': (content) => ({ ...content, model: { type: 'BPE' } }) });
    expect(errorOf(() => openTokenizer(other)).place).toBe(join(other, 'tokenizer.json'));
    const third = changed({ 'tokenizer.json': () => [] });
    expect(errorOf(() => openTokenizer(third)).place).toBe(join(third, 'tokenizer.json'));
  });

  it('cannot teach a tag that decoding drops', () => {
    const directory = changed({
      'tokenizer.json': (content) => ({
        ...content,
        added_tokens: (content['added_tokens'] as { content: string }[]).map((token) =>
          token.content === '<think>' ? { ...token, special: true } : token,
        ),
      }),
    });
    const tokenizer = openTokenizer(directory);
    expect(errorOf(() => tokenizer.training('1', '<think>2</think>')).message).toMatch('<think> does not survive');
    expect(tokenizer.training('1', '2').ids.at(-1)).toBe(reference.endId);
  });
});
