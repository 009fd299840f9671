/** The form in which two prompts are compared where nothing is known of what they ask. */

const OPENING = /^[\s"'“”‘’«»„¿¡]+/u;
/** Not `!`, which is a factorial after a number, and no sign that may belong to a formula. */
const CLOSING = /[\s"'“”‘’«».,;:?。、]+$/u;

/**
 * A prompt in NFKC and lower case, white space single, without quotes round it and punctuation at its end: what a
 * problem's key is where its suite knows no better.
 */
export function canonicalPrompt(prompt: string): string {
  const plain = prompt.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ');
  const canonical = plain.replace(OPENING, '').replace(CLOSING, '');
  // A prompt of punctuation alone is still a prompt.
  return canonical === '' ? plain.trim() : canonical;
}
