/**
 * One spelling for the many ways of writing the same mathematics: LaTeX commands, Unicode signs and typography become the
 * plain notation that the parsers read. Compatibility normal form (NFKC) would read 5² as 52 and 2½ as 21⁄2, so every
 * sign is named here instead.
 */

const COMMANDS: readonly (readonly [RegExp, string])[] = [
  [/\\(?:left|right|displaystyle|limits|q?quad|[!,;: $()[\]])|[$~]/g, ' '],
  [/\\(?:text|textbf|textit|mathrm|mathbf|mathit|operatorname)\s?\{([^{}]*)\}/g, ' $1 '],
  [/\\(?:cdot|times|ast)(?![a-z])/gi, '*'],
  [/\\div(?![a-z])/g, '/'],
  [/\\pm(?![a-z])/g, '±'],
  [/\\leq?(?![a-z])/g, '≤'],
  [/\\geq?(?![a-z])/g, '≥'],
  [/\\neq?(?![a-z])/g, '≠'],
  [/\\approx(?![a-z])/g, '≈'],
  [/\\lt(?![a-z])/g, '<'],
  [/\\gt(?![a-z])/g, '>'],
  [/\\in(?![a-z])/g, '∈'],
  [/\\(?:implies|Rightarrow|rightarrow|to|iff|therefore)(?![a-z])/gi, '⇒'],
  [/\\(?:emptyset|varnothing)(?![a-z])/g, '∅'],
  [/\\([{}%])/g, '$1'],
  // \frac12, \frac1{2} and \frac{1}2 take single digits as their parts.
  [/\\[dtc]?frac\s?(\d)\s?(\d)/g, '\\frac{$1}{$2}'],
  [/\\[dtc]?frac\s?(\d)\s?\{/g, '\\frac{$1}{'],
  [/\\[dtc]frac(?![a-z])/g, '\\frac'],
  [/(\\frac\{[^{}]*\})\s?(\d)/g, '$1{$2}'],
  [/\\sqrt\s?(\d)/g, '\\sqrt{$1}'],
];

const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/[−–﹣－]/g, '-'],
  [/＋/g, '+'],
  [/[·×⋅∙∗✕]/g, '*'],
  [/[÷⁄∕]/g, '/'],
  [/[＝]/g, '='],
  [/[⟹→⟶⇔]/g, '⇒'],
  [/⩽/g, '≤'],
  [/⩾/g, '≥'],
  [/\u00a0|[\u2000-\u200a]|\u202f|\u3000/g, ' '],
  [/[\u200b\u2060\ufeff]/g, ''],
  // Two stars between operands are a power, elsewhere they are bold type.
  [/(?<=[\d)])\*\*(?=[\d(+-])/g, '^'],
  [/\*\*/g, ''],
];

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const SUPERSCRIPT_RUN = /(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g;
const THOUSANDS = /(?<![\d.,^])\d{1,3}(?:,\d{3})+(?![\d,])/g;

/** Rewrites a text into plain notation: `\frac{a}{b}` stays, `\dfrac12`, `×`, `−`, `5²` and `\text{…}` are spelt out. */
export function plainNotation(text: string): string {
  let plain = text;
  for (const [pattern, replacement] of COMMANDS) plain = plain.replace(pattern, replacement);
  for (const [pattern, replacement] of SIGNS) plain = plain.replace(pattern, replacement);
  return plain.replace(SUPERSCRIPT_RUN, (_run, minus: string, digits: string) => {
    const exponent = [...digits].map((digit) => SUPERSCRIPTS.indexOf(digit)).join('');
    return `^(${minus ? '-' : ''}${exponent})`;
  });
}

/** Takes the commas out of `1,234` and `1{,}234`; `32, 349` and `12,34` stay lists. */
export function joinThousands(text: string): string {
  return text.replaceAll('{,}', ',').replace(THOUSANDS, (number) => number.replaceAll(',', ''));
}
