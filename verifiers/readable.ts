/**
 * Trace: whether a person can read it. One writing system, no wall of text, no stray code, no loop. The limits come from
 * the filters of published reasoning data (DeepSeek-R1, arXiv 2501.12948, section 2.3.3, drops mixed languages, long
 * paragraphs and code blocks) and from synthetic loops, where healthy traces stay above 0.8 and loops fall to 0.
 */

import { defineVerifier, excerpt, incompleteness, type Sample, traceOf, verdictOf } from 'proofstill';

const NAME = 'readable';

const LIMIT = {
  /** Characters of a trace. */
  characters: 1_000_000,
  /** Share of the letters that belong to a writing system other than the problem's; 5% and more fails. */
  foreignShare: 0.05,
  /** Letters of another writing system in a row. */
  foreignRun: 3,
  /** Characters without a line break. */
  paragraph: 1_200,
  /** Characters over which novelty is measured. */
  window: 4_000,
  /** Words in a row that make one phrase. */
  phrase: 8,
  /** Phrases that a window needs before its novelty says anything. */
  phrases: 50,
  /** Share of a window's phrases, digits masked, that no earlier place has; below it the trace runs in a loop. */
  novelty: 0.05,
} as const;

/**
 * Judges the think block, or the whole text where there is none (general data has no trace). Reasons: `no-text`,
 * `too-long`, `stray-code`, `long-paragraph`, `foreign-script`, `repetition`. Both policies judge alike.
 */
export const readable = defineVerifier({
  name: NAME,
  version: '1',
  verify: (sample, output) => {
    const incomplete = incompleteness(output);
    if (incomplete) return verdictOf([{ name: NAME, score: 'trace', ...incomplete }]);
    const fault = faultOf(sample, traceOf(output) ?? output.text);
    return verdictOf([{ name: NAME, score: 'trace', status: fault ? 'fail' : 'pass', ...fault }]);
  },
});

function faultOf(sample: Sample, text: string): { reason: string; detail?: string } | undefined {
  if (text.trim() === '') return { reason: 'no-text' };
  if (text.length > LIMIT.characters) return { reason: 'too-long', detail: `${text.length} characters` };
  if (text.includes('```')) return { reason: 'stray-code' };
  const paragraph = text.split('\n').find((line) => line.length > LIMIT.paragraph);
  if (paragraph) return { reason: 'long-paragraph', detail: `${paragraph.length} characters: ${excerpt(paragraph)}` };
  const foreign = foreignScript(sample.prompt, text);
  if (foreign) return { reason: 'foreign-script', detail: foreign };
  const novelty = lowestNovelty(text);
  return novelty < LIMIT.novelty ? { reason: 'repetition', detail: `novelty ${novelty.toFixed(3)}` } : undefined;
}

/** Writing systems as their readers mix them: Japanese is written in three, Korean knows Han. */
const SYSTEMS: readonly RegExp[] = [
  ['Latin'],
  ['Han', 'Hiragana', 'Katakana'],
  ['Hangul', 'Han'],
  ['Cyrillic'],
  ['Greek'],
  ['Arabic'],
  ['Hebrew'],
  ['Devanagari'],
  ['Bengali'],
  ['Tamil'],
  ['Telugu'],
  ['Thai'],
  ['Georgian'],
  ['Armenian'],
  ['Ethiopic'],
].map((scripts) => new RegExp(`[${scripts.map((script) => `\\p{Script=${script}}`).join('')}]`, 'gu'));
const LATIN = /\p{Script=Latin}/gu;

/** What is written in another system than the prompt's (the text's own where the prompt has no words), if it is too much. */
function foreignScript(prompt: string, text: string): string | undefined {
  const letters = lettersOf(text);
  const home = systemOf(lettersOf(prompt)) ?? systemOf(letters);
  if (!home) return undefined;
  const foreign = letters.replace(home, ' ');
  const share = lengthOf(foreign) / Math.max(1, lengthOf(letters));
  const detail = `${(100 * share).toFixed(1)}% of the letters: ${excerpt(foreign)}`;
  if (share >= LIMIT.foreignShare) return detail;
  // Names, units and functions are written in Latin everywhere: there only their share counts.
  const runs = (home.source.includes('Latin') ? foreign : foreign.replace(LATIN, ' ')).split(/\s+/);
  return runs.some((run) => run.length >= LIMIT.foreignRun) ? detail : undefined;
}

/** The words of a text, apart by spaces. Mathematics is written in Latin and Greek, so only other letters count in it. */
function lettersOf(text: string): string {
  return text
    .replace(/<\/?[a-z]+>|\\[A-Za-z]+|`[^`\n]{0,400}`/g, ' ')
    .replace(/\$[^$\n]{0,400}\$|\\\([^\n]{0,400}?\\\)/g, (formula) =>
      formula.replace(/[\p{Script=Latin}\p{Script=Greek}]/gu, ' '),
    )
    .replace(/\p{M}+/gu, '')
    .replace(/(?<!\p{L})[\p{Script=Latin}\p{Script=Greek}](?!\p{L})/gu, ' ')
    .replace(/[^\p{L}]+/gu, ' ');
}

/** The system in which most letters are written; `undefined` below three letters. */
function systemOf(letters: string): RegExp | undefined {
  let most = LIMIT.foreignRun - 1;
  let home: RegExp | undefined;
  for (const system of SYSTEMS) {
    const count = lengthOf(letters) - lengthOf(letters.replace(system, ''));
    if (count > most) [most, home] = [count, system];
  }
  return home;
}

function lengthOf(letters: string): number {
  return letters.replace(/\s/g, '').length;
}

/** Scripts without spaces count by the character. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu;

/**
 * Of all windows of a text, the lowest share of phrases that are new in it. Digits are masked, for a loop that only counts
 * up is a loop too.
 * @returns 1 for a text too short to tell.
 */
function lowestNovelty(text: string): number {
  const words = text.replace(/\d+/g, '#').match(WORD) ?? [];
  const seen = new Set<string>();
  let [lowest, phrases, fresh, characters] = [1, 0, 0, 0];
  for (let start = 0; start + LIMIT.phrase <= words.length; start++) {
    const phrase = words.slice(start, start + LIMIT.phrase).join(' ');
    phrases++;
    if (!seen.has(phrase)) fresh++;
    seen.add(phrase);
    characters += (words[start] as string).length + 1;
    const isLast = start + LIMIT.phrase === words.length;
    if (phrases >= LIMIT.phrases && (isLast || characters >= LIMIT.window)) {
      lowest = Math.min(lowest, fresh / phrases);
      [phrases, fresh, characters] = [0, 0, 0];
    }
  }
  return lowest;
}
