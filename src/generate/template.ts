/**
 * How a teacher is told what form its output must have, and how what it makes of that is brought into the form. The
 * student sees neither: it learns to give the form to the bare problem.
 */

import { lastBox } from '../answer/extract.ts';
import type { TemplateName } from '../core/endpoint.ts';
import { type Model, type Output, partsOf } from '../core/output.ts';

interface Template {
  /** Raised whenever a word of it changes: recorded calls and candidates are named by it. */
  readonly version: string;
  ask(prompt: string): string;
  readonly isNormalised: boolean;
}

/** By name; none has a system prompt, which R1 must not be given (DeepSeek-R1 README, usage recommendations). */
const TEMPLATES: Record<TemplateName, Template> = {
  /** For models whose reasoning comes by itself: in think tags, or in a field that becomes think tags. */
  r1: {
    version: '1',
    ask: (prompt) =>
      `${prompt}\n\nReason step by step. Then write the final answer, and nothing but the answer, once between <answer> and </answer>.`,
    isNormalised: true,
  },
  /** For models that show their reasoning only when they are asked to. */
  chat: {
    version: '1',
    ask: (prompt) =>
      `${prompt}\n\nFirst reason step by step between <think> and </think>. Then write the final answer, and nothing but the answer, once between <answer> and </answer>. Write nothing outside of these two blocks.`,
    isNormalised: true,
  },
  bare: { version: '1', ask: (prompt) => prompt, isNormalised: false },
};

/** Reasoning models that show their reasoning. OpenAI's o-series hides it, so that it must be asked to write some down. */
const SHOWS_REASONING = /(?:^|[^a-z\d])(?:r1|qwq|reason(?:er|ing)|think(?:ing)?|magistral|gpt-oss)(?![a-z\d])/i;

/** The template for a model of that name, where nobody names one. */
export function templateFor(modelName: string): TemplateName {
  return SHOWS_REASONING.test(modelName) ? 'r1' : 'chat';
}

/** A teacher that is asked by a template, and whose outputs are {@link normalised}. Its fingerprint names both. */
export function instructed(model: Model, name: TemplateName): Model {
  const template = TEMPLATES[name];
  return {
    fingerprint: `${model.fingerprint}+${name}@${template.version}`,
    async *generate(requests, options) {
      const asked = requests.map((request) => ({ ...request, prompt: template.ask(request.prompt) }));
      for await (const output of model.generate(asked, options)) {
        yield template.isNormalised ? withText(output, normalised(output)) : output;
      }
    },
    close: () => model.close(),
  };
}

/**
 * The text in the form `<think>…</think><answer>…</answer>`, as far as that needs no guess: the summary that reasoning
 * models write between their trace and their answer is dropped, and where there is no answer tag but exactly one
 * `\boxed{…}` in it, what is boxed is the answer. Anything else, and a text that was cut off, stays as it is.
 */
export function normalised({ text, finishReason }: Pick<Output, 'text' | 'finishReason'>): string {
  const [trace, summary, ...others] = text.split(THINK_END);
  if (finishReason !== 'stop' || trace === undefined || summary === undefined || others.length > 0) return text;
  const start = summary.indexOf(OPEN);
  if (start >= 0) return `${trace}${THINK_END}\n${summary.slice(start).trimEnd()}`;
  const box = summary.split('\\boxed').length === 2 ? lastBox(summary)?.trim() : undefined;
  return !box || summary.includes(CLOSE) ? text : `${trace}${THINK_END}\n${OPEN}${box}${CLOSE}`;
}

/** An output with another text. Its tokens stay: they were paid for. */
export function withText(output: Output, text: string): Output {
  const { think, answer: _, ...rest } = output;
  return text === output.text ? output : { ...rest, text, ...(think === undefined ? {} : { think }), ...partsOf(text) };
}

const THINK_END = '</think>';
const OPEN = '<answer>';
const CLOSE = '</answer>';
