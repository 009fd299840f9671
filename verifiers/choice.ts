/** Answer: one option of several, chosen by its letter or by its text. */

import { excerpt, LIMITS, ProofstillError, type Sample, type Verifier } from 'proofstill';
import { answerVerifier, fail, literalAnswer, PASS, unscored, versionOf } from './answer-rule.ts';
import { type Choice, type Options, optionsOf, plainChoice, statedChoice } from './choice-reading.ts';

export interface ChoiceOptions {
  /**
   * The options' texts, A first, where all samples share them. Else each sample has its own in `meta.options`; without
   * those too, any letter from A to Z may be chosen.
   */
  readonly options?: readonly string[];
}

/**
 * Judges a choice: `C`, `(C)`, `C. Paris`, `\text{C}`, and where the options are known `Paris`. Policy `score` also reads
 * it out of a sentence, in English, French, German, Spanish and Chinese; `select` does not. Reasons: `wrong-answer`,
 * `no-choice`, `hedged` (several options), `contradictory` (a letter beside another option's text), `unreadable` (beyond
 * the limits). An expected answer that is none of the options is `unscored('bad-expected')`, options that are not told
 * apart `unscored('bad-options')`.
 * @throws ProofstillError `config` for such options here.
 */
export function choice({ options: shared }: ChoiceOptions = {}): Verifier {
  const sharedOptions = optionsOf(shared);
  if ('fault' in sharedOptions) {
    throw new ProofstillError('config', sharedOptions.fault, {
      place: 'choice',
      hint: "Name each option once, without its letter: choice({ options: ['yes', 'no'] }).",
    });
  }
  return answerVerifier({
    name: 'choice',
    version: versionOf('1', shared ?? []),
    read: literalAnswer,
    judgeOf: (sample) => {
      const options = shared ? sharedOptions : optionsOfSample(sample);
      if ('fault' in options) return unscored('bad-options', options.fault);
      const { expected = '' } = sample;
      const wanted = expectedLetter(expected, options);
      if (!wanted) return unscored('bad-expected', excerpt(expected) || 'the sample has none');
      return (answer, { policy }) => {
        if (answer.length > LIMITS.characters) return fail('unreadable', `${answer.length} characters`);
        const chosen = policy === 'score' ? statedChoice(answer, options) : strictChoice(answer, options);
        if ('reason' in chosen) return fail(chosen.reason, `got ${excerpt(answer)}`);
        return chosen.letter === wanted
          ? PASS
          : fail('wrong-answer', `expected ${wanted}, got ${chosen.letter}: ${excerpt(answer)}`);
      };
    },
  });
}

function optionsOfSample({ meta }: Sample): Options | { readonly fault: string } {
  const texts = meta?.['options'];
  if (texts === undefined) return optionsOf(undefined);
  const isList = Array.isArray(texts) && texts.every((text) => typeof text === 'string');
  return isList ? optionsOf(texts) : { fault: 'expected meta.options to be a list of texts' };
}

/** A letter or an option's text, or both: whatever else is said may take the choice back. */
function strictChoice(answer: string, options: Options): Choice {
  const plain = plainChoice(answer, options) ?? { reason: 'no-choice' };
  return 'letter' in plain && plain.rest !== undefined ? { reason: 'hedged' } : plain;
}

/** Datasets also write the letter before its text without a sign between them, and answers as a model would. */
function expectedLetter(expected: string, options: Options): string | undefined {
  const last = expected.split(/\banswer is:?/i).at(-1) as string;
  const [, letter, text] = /^\s*([A-Z])\s+(?=\S)(.*)$/s.exec(last) ?? [];
  const chosen = statedChoice(letter ? `${letter}. ${text}` : last, options);
  return 'letter' in chosen ? chosen.letter : undefined;
}
