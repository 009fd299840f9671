/**
 * Trace: whether a person can read it. One writing system, no wall of text, no stray code, no loop. The limits come from
 * the filters of published reasoning data (DeepSeek-R1, arXiv 2501.12948, section 2.3.3, drops mixed languages, long
 * paragraphs and code blocks) and from synthetic loops, where healthy traces stay above 0.8 and loops fall to 0.
 */

import { defineVerifier, excerpt, incompleteness, type Sample, traceOf, type Verifier, verdictOf } from 'proofstill';

const NAME = 'readable';

const LIMIT = {
  /** Characters of a trace. */
  characters: 1_000_000,
  /** Share of the letters that belong to a writing system other than the problem's; 5% and more fails. */
  foreignShare: 0.05,
  /** Letters of another writing system in a row. */
  foreignRun: 3,
  /** Letters of a paragraph whose language can be told. */
  detected: 60,
  /** Characters without a line break. */
  paragraph: 1_200,
  /** Characters over which novelty is measured. */
  window: 4_000,
  /** Words in a row that make one phrase. */
  phrase: 8,
  /** Phrases that a window needs before its novelty says anything. */
  phrases: 50,
  /** The same word in a row. */
  sameWord: 20,
  /** Share of a window's phrases, digits masked, that no earlier place has; below it the trace runs in a loop. */
  novelty: 0.05,
} as const;

export interface ReadableOptions {
  /**
   * Tells languages apart that share a script: a language's code for a paragraph of 60 letters and more, mathematics
   * taken out, or `undefined` where it cannot tell. Any detector will do, `(text) => detect(text).language` of `eld` say.
   */
  readonly languageOf?: (paragraph: string) => string | undefined;
  /** Raise it with the detector. @default '' */
  readonly version?: string;
}

/**
 * Judges the think block, or the whole text where there is none (general data has no trace). Reasons: `no-text`,
 * `too-long`, `stray-code`, `long-paragraph`, `foreign-script`, `repetition`. Both policies judge alike.
 */
export const readable = readableWith();

/** The same with options; with a detector, a paragraph in another language than the text's is a `foreign-language`. */
export function readableWith({ languageOf, version = '' }: ReadableOptions = {}): Verifier {
  return defineVerifier({
    name: NAME,
    version: version === '' ? '2' : `2-${version}`,
    verify: (sample, output) => {
      const incomplete = incompleteness(output);
      if (incomplete) return verdictOf([{ name: NAME, score: 'trace', ...incomplete }]);
      const text = traceOf(output) ?? output.text;
      const fault = faultOf(sample, text) ?? (languageOf && foreignLanguage(sample.prompt, text, languageOf));
      return verdictOf([{ name: NAME, score: 'trace', status: fault ? 'fail' : 'pass', ...fault }]);
    },
  });
}

interface Fault {
  readonly reason: string;
  readonly detail?: string;
}

/** Lines that are a program's and no sentence's. */
const STATEMENT =
  /^[ \t]{0,40}(?:def \w+\(.*\):|for \w+ in (?:range|enumerate|zip)\(|import \w+ as \w|from \w+ import |#include\s*<|(?:async )?function \w+\(.*\{|(?:const|let|var) \w+ = .*;$|public (?:static|class) |console\.log\()/m;
/** Fences, and what sets code in HTML and LaTeX. */
const CODE = /```|^ {0,3}~~~|<(?:code|pre)>|\\begin\{(?:verbatim|lstlisting|minted)\}/m;

function faultOf(sample: Sample, text: string): Fault | undefined {
  if (text.trim() === '') return { reason: 'no-text' };
  if (text.length > LIMIT.characters) return { reason: 'too-long', detail: `${text.length} characters` };
  if (CODE.test(text) || STATEMENT.test(text)) return { reason: 'stray-code' };
  const paragraph = text.split('\n').find((line) => line.length > LIMIT.paragraph);
  if (paragraph) return { reason: 'long-paragraph', detail: `${paragraph.length} characters: ${excerpt(paragraph)}` };
  const foreign = foreignScript(sample.prompt, text);
  if (foreign) return { reason: 'foreign-script', detail: foreign };
  const stutter = STUTTER.exec(text)?.[1];
  if (stutter) return { reason: 'repetition', detail: `"${excerpt(stutter)}" ${LIMIT.sameWord} times in a row` };
  const novelty = lowestNovelty(text);
  return novelty < LIMIT.novelty ? { reason: 'repetition', detail: `novelty ${novelty.toFixed(3)}` } : undefined;
}

const STUTTER = new RegExp(
  `(?<![\\p{L}\\p{N}])(\\p{L}{1,40})(?:[^\\p{L}\\p{N}]{1,3}\\1){${LIMIT.sameWord - 1}}(?![\\p{L}\\p{N}])`,
  'u',
);

/** The first paragraph in another language than the prompt's, or where that is too short to tell, than most of the text. */
function foreignLanguage(
  prompt: string,
  text: string,
  languageOf: NonNullable<ReadableOptions['languageOf']>,
): Fault | undefined {
  const read = (paragraph: string): { letters: string; language: string | undefined } => {
    const letters = lettersOf(paragraph).trim();
    return { letters, language: lengthOf(letters) < LIMIT.detected ? undefined : languageOf(letters) };
  };
  const paragraphs = text.split('\n').map(read);
  const lettersIn = new Map<string, number>();
  for (const { letters, language } of paragraphs) {
    if (language !== undefined) lettersIn.set(language, (lettersIn.get(language) ?? 0) + lengthOf(letters));
  }
  const [most] = [...lettersIn].sort(([, left], [, right]) => right - left);
  const home = read(prompt).language ?? most?.[0];
  const foreign = paragraphs.find(({ language }) => language !== undefined && language !== home);
  return (
    foreign && { reason: 'foreign-language', detail: `${foreign.language}, not ${home}: ${excerpt(foreign.letters)}` }
  );
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

/** Names of functions are mathematics, whatever the language round them. */
const FUNCTION =
  /(?<!\p{L})(?:a(?:rc)?)?(?:sin|cos|tan|cot|sec|csc|sinh|cosh|tanh|log|ln|lg|exp|lim|max|min|mod|gcd|lcm|det)(?!\p{L})/gu;

/** The words of a text, apart by spaces. Mathematics is written in Latin and Greek, so only other letters count in it. */
function lettersOf(text: string): string {
  return text
    .replace(/<\/?[a-z]+>|\\[A-Za-z]+|`[^`\n]{0,400}`/g, ' ')
    .replace(FUNCTION, ' ')
    .replace(/\$\$[^$]{0,2000}\$\$|\$[^$\n]{0,400}\$|\\\([^\n]{0,400}?\\\)|\\\[[^[\]]{0,2000}\\\]/g, (formula) =>
      formula.replace(/[\p{Script=Latin}\p{Script=Greek}]/gu, ' '),
    )
    .replace(/\p{M}+/gu, '')
    .replace(/(?<!\p{L})[\p{Script=Latin}\p{Script=Greek}](?!\p{L})/gu, ' ')
    .replace(/[^\p{L}]+/gu, ' ');
}

/** The system in which most letters are written; `undefined` below three letters. */
function systemOf(letters: string): RegExp | undefined {
  const census = new Map<string, number>();
  for (const letter of letters) census.set(letter, (census.get(letter) ?? 0) + 1);
  const counts = SYSTEMS.map(() => 0);
  for (const [letter, count] of census) {
    for (const [index, system] of SYSTEMS.entries()) {
      if (letter.search(system) === 0) counts[index] = (counts[index] as number) + count;
    }
  }
  const most = Math.max(...counts);
  return most < LIMIT.foreignRun ? undefined : SYSTEMS[counts.indexOf(most)];
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
