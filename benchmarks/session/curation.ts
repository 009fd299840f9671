/** Candidates that nobody drew: clean ones, near-duplicates whose similarity is computed exactly, and contamination. */

import type { Random } from '../../src/core/seed.ts';
import { drawProblem } from '../../src/core/suite.ts';
import { quadratics } from '../../suites/quadratics/suite.ts';

export interface Made {
  readonly prompt: string;
  readonly key: string;
}

export const KINDS = ['quadratic', 'english', 'chinese', 'code'] as const;
export type Kind = (typeof KINDS)[number];

const NAMES = ['Ada', 'Ben', 'Chen', 'Dora', 'Emil', 'Fay', 'Gus', 'Hana', 'Ivo', 'June'];
const THINGS = ['apples', 'tickets', 'stamps', 'bricks', 'pages', 'marbles', 'coins', 'cards'];
/** Numbers go where # is, a name where @ is, a thing where & is. */
const ENGLISH = [
  '@ has # & and gives # of them to each of # friends, so how many & does @ still have after that?',
  'A shop sells & at # dollars a box; @ buys # boxes on Monday and # on Friday. What does @ pay altogether?',
  'If @ reads # pages a day, then how many days does it take @ to read # books of # pages each?',
  'There are # & in a crate, and a truck carries # crates. How many & do # such trucks carry in all?',
];
const CHINESE = [
  '小明有#个苹果，他每天吃#个，吃了#天以后还剩下多少个苹果？',
  '一辆汽车每小时行驶#千米，甲乙两地相距#千米，这辆汽车从甲地开往乙地，行驶#小时后离乙地还有多少千米？',
  '工厂原计划每天生产#台机器，#天完成任务，实际每天多生产#台，实际用了多少天完成任务？',
  '解方程：#x+#=#，并且写出检验的过程。',
];
const CODE = [
  'Write a function that returns the sum of all multiples of # or # below # as a number',
  'Implement a ring buffer of # slots in which each of # writers may hold at most # items at once',
];

/** A problem of a kind: many have one wording in common, and only numbers and names tell them apart. */
export function makeProblem(kind: Kind, random: Random): Made {
  if (kind === 'quadratic') return drawProblem(quadratics, random.pick(quadratics.areas), 'train', random);
  const wording = random.pick({ english: ENGLISH, chinese: CHINESE, code: CODE }[kind]);
  const [name, thing] = [random.pick(NAMES), random.pick(THINGS)];
  const prompt = wording
    .replaceAll('#', () => String(random.int(2, 9999)))
    .replaceAll('@', name)
    .replaceAll('&', thing);
  return { prompt, key: prompt };
}

const SYLLABLES = [
  'ba',
  'ke',
  'lo',
  'mi',
  'nu',
  'pra',
  'sto',
  'ter',
  'vin',
  'wal',
  'xen',
  'yor',
  'zu',
  'dra',
  'fli',
  'gon',
];

/** A word by its number: 16⁴ of them. */
function word(number: number): string {
  let left = number;
  let text = '';
  do {
    text += SYLLABLES[left % 16];
    left = Math.floor(left / 16);
  } while (left > 0);
  return text;
}

/** Words as unevenly frequent as those of a language. */
export function prose(count: number, random: Random): string[] {
  return Array.from({ length: count }, () => word(Math.floor(65_536 ** random.next()) - 1));
}

/** Common Chinese characters, evenly frequent. */
export function hanText(count: number, random: Random): string {
  return Array.from({ length: count }, () => String.fromCharCode(0x4e00 + random.int(0, 2999))).join('');
}

/** Replaces so many of the words, at places of their own. */
export function perturbed(words: readonly string[], changes: number, random: Random): string[] {
  const copy = [...words];
  for (let change = 0; change < changes; change++)
    copy[random.int(0, copy.length - 1)] = `${word(random.int(0, 65_535))}q`;
  return copy;
}

/** Jaccard similarity of word 5-grams, the plain way. */
export function exactJaccard(left: readonly string[], right: readonly string[]): number {
  const grams = (words: readonly string[]) => new Set(words.slice(4).map((_, at) => words.slice(at, at + 5).join(' ')));
  const [one, two] = [grams(left), grams(right)];
  const shared = [...one].filter((gram) => two.has(gram)).length;
  return shared / (one.size + two.size - shared);
}

/** The ways in which a forbidden prompt is planted. */
export const DISGUISES: Readonly<Record<string, (prompt: string, random: Random) => string>> = {
  verbatim: (prompt) => prompt,
  whitespace: (prompt, random) =>
    prompt
      .replaceAll(' ', () => random.pick([' ', '  ', '\n', '\t']))
      .replaceAll(/[-+*/^=，。？：]/g, (sign) => (random.next() < 0.5 ? ` ${sign} ` : sign)),
  inside: (prompt) => `Here is a task from my book. ${prompt} Think step by step, then answer. 请一步一步地思考。`,
  fullWidth: (prompt) => prompt.replaceAll(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
  upperCase: (prompt) => prompt.toUpperCase(),
};
