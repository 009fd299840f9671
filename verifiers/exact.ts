/** Answer: the expected text, to the letter. What differs only in how it is encoded or spaced is the same text. */

import { excerpt, LIMITS, type Verifier } from 'proofstill';
import { answerVerifier, fail, literalAnswer, PASS, unscored, versionOf } from './answer-rule.ts';

export interface ExactOptions {
  /** Whether `Paris` and `paris` differ; units and symbols do (`mW`, `MW`). @default true */
  readonly caseSensitive?: boolean;
}

/**
 * Compares texts in their Unicode normal form with white space collapsed. Policy `score` also takes off what is put
 * round an answer (quotes, `**`, backticks, `\text{}`, a full stop), on both sides. A missing or blank expected answer is
 * `unscored('bad-expected')`; otherwise `wrong-answer` is the only reason.
 */
export function exact({ caseSensitive = true }: ExactOptions = {}): Verifier {
  const formOf = (text: string) => (caseSensitive ? textForm(text) : withoutCase(textForm(text)));
  return answerVerifier({
    name: 'exact',
    version: versionOf('1', { caseSensitive }),
    read: literalAnswer,
    judgeOf: ({ expected = '' }) => {
      const wanted = formOf(expected);
      if (wanted === '') return unscored('bad-expected', 'the sample has none');
      return (answer, { policy }) => {
        const given = formOf(answer);
        if (given === wanted || (policy === 'score' && peeled(given) === peeled(wanted))) return PASS;
        return fail('wrong-answer', `expected ${excerpt(expected)}, got ${excerpt(answer)}`);
      };
    },
  });
}

/** Characters that differ from others in width or ligature alone. NFKC as a whole would read 5² as 52. */
const WIDTHS = /[\u3000\uff01-\uffef\ufb00-\ufb06]+/g;
/** Soft hyphens, zero-width spaces and marks of direction; joiners stay, for scripts are spelt with them. */
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** A text in the form in which texts are compared: NFC, one width, straight quotes, single spaces, trimmed. */
export function textForm(text: string): string {
  return text
    .replace(INVISIBLE, '')
    .replace(WIDTHS, (run) => run.normalize('NFKC'))
    .normalize('NFC')
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Case folding as far as the language has it: ß and SS are the same, and so are σ and ς. */
export function withoutCase(text: string): string {
  return text.toUpperCase().toLowerCase();
}

const WRAPPINGS: readonly RegExp[] = [
  /^(\*\*|__|[*`"'$])((?:(?!\1).)+)\1$/,
  /^\\(?:text|textbf|textit|mathrm|mathbf|boxed)( ?)\{([^{}]+)\}$/,
  /^()(.*[^.。\s])\s?[.。]$/,
];

/** Takes off, layer by layer, what is put round an answer; never all of it. */
function peeled(form: string): string {
  let bare = form;
  for (let layer = 0; layer < LIMITS.depth; layer++) {
    const inner = WRAPPINGS.map((wrapping) => wrapping.exec(bare)?.[2]?.trim()).find(Boolean);
    if (!inner) break;
    bare = inner;
  }
  return bare;
}
