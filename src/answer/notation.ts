/**
 * One spelling for the many ways of writing the same mathematics: LaTeX commands, Unicode signs and typography become the
 * plain notation that the parsers read. Compatibility normal form (NFKC) would read 5² as 52 and 2½ as 21⁄2, so every
 * sign is named here instead.
 */

const COMMANDS: readonly (readonly [RegExp, string])[] = [
  [/\\(?:(?:left|right|[bB]igg?[lr]?|displaystyle|limits|q?quad)(?![a-z])|[!,;: $()[\]])|[$~]/g, ' '],
  [/\\(?:text|textbf|textit|mathrm|textrm|mbox|mathbf|mathit|mathsf|mathcal|operatorname)\s?\{([^{}]*)\}/g, ' $1 '],
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
  [/\\(?:cup|bigcup)(?![a-z])/g, '∪'],
  [/\s?\^\s?(?:\\circ|\{\s?\\circ\s?\})|\\degrees?(?![a-z])/g, '°'],
  [/\\(?:[lr]?vert|mid)(?![a-z])/g, '|'],
  [/\\langle(?![a-z])/g, '⟨'],
  [/\\rangle(?![a-z])/g, '⟩'],
  [/\\lbrace(?![a-z])/g, '{'],
  [/\\rbrace(?![a-z])/g, '}'],
  [/\\[dt]binom(?![a-z])/g, '\\binom'],
  [/\\binom\s?(\d)\s?(\d)/g, '\\binom{$1}{$2}'],
  [/\\mathbb\s?\{?R\}?/g, 'ℝ'],
  [/\\([{}%])/g, '$1'],
  [/\s?\bper\s?cent\b/gi, '%'],
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
  [/½/g, '\\frac{1}{2}'],
  [/⅓/g, '\\frac{1}{3}'],
  [/⅔/g, '\\frac{2}{3}'],
  [/¼/g, '\\frac{1}{4}'],
  [/¾/g, '\\frac{3}{4}'],
  // Two stars between operands are a power, elsewhere they are bold type.
  [/(?<=[\d)])\*\*(?=[\d(+-])/g, '^'],
  [/\*\*/g, ''],
];

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const SUPERSCRIPT_RUN = /(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g;
/** The space in 1\,234: three digits follow, and no more. */
const THIN_THOUSANDS = /(?<=\d)(?:,?\\[,;!]|[\u2009\u202f])(?=\d{3}(?!\d))/g;
const THOUSANDS = /(?<![\d.,^])\d{1,3}(?:,\d{3})+(?![\d,])/g;

/** Rewrites a text into plain notation: `\frac{a}{b}` stays, `\dfrac12`, `×`, `−`, `5²` and `\text{…}` are spelt out. */
export function plainNotation(text: string): string {
  // A doubled backslash parts the rows of a matrix; elsewhere somebody escaped a command twice.
  let plain = text.includes('\\end{')
    ? text.replace(/\\\\(?:\[[^\]]{0,20}\])?/g, ' ⏎ ')
    : text.replace(/\\\\(?=[a-zA-Z])/g, '\\').replace(/\\$/, '');
  plain = plain.replace(THIN_THOUSANDS, '');
  // Most answers hold nothing to rewrite, and looking for each sign takes longer than all the rest.
  if (/[\\$~]|per\s?cent/i.test(plain))
    for (const [pattern, replacement] of COMMANDS) plain = plain.replace(pattern, replacement);
  if (!/\P{ASCII}|\*\*/u.test(plain)) return plain;
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
