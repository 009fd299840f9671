/** One form for the many in which a text is written: lower case, NFKC, one sign for each operator, no LaTeX spacing. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII, whole
const ASCII = /^[\x00-\x7f]*$/;

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Signs that NFKC keeps apart though they mean the same. */
const SIGNS: Readonly<Record<string, string>> = {
  '−': '-',
  '–': '-',
  '‐': '-',
  '‑': '-',
  '×': '*',
  '·': '*',
  '⋅': '*',
  '∙': '*',
  '÷': '/',
  '⁄': '/',
  '∕': '/',
  '’': "'",
  '‘': "'",
  '≤': '<=',
  '≥': '>=',
};
const SIGN = new RegExp(`[${Object.keys(SIGNS).join('')}]`, 'g');

/** What is not read, what ends a formula, and operators with names. */
const LATEX: Readonly<Record<string, string>> = {
  cdot: '*',
  times: '*',
  div: '/',
  le: '<=',
  leq: '<=',
  ge: '>=',
  geq: '>=',
  left: '',
  right: '',
  displaystyle: '',
  quad: ' ',
  qquad: ' ',
  dfrac: ' frac ',
  tfrac: ' frac ',
};
const COMMAND = /\\([a-z]+|[^a-z])/gi;

/** A text in the one form: the length changes, and its line ends stay. */
export function plainText(text: string): string {
  const unicode = ASCII.test(text) ? text : folded(text);
  const plain = unicode.includes('\\') ? unicode.replace(COMMAND, command) : unicode;
  return plain.toLowerCase();
}

function folded(text: string): string {
  return text
    .replace(/[⁰¹²³⁴-⁹]+/g, (digits) => `^${[...digits].map((digit) => SUPERSCRIPTS.indexOf(digit)).join('')}`)
    .normalize('NFKC')
    .replace(SIGN, (sign) => SIGNS[sign] ?? sign);
}

function command(_: string, name: string): string {
  // `\(` and `\]` begin and end a formula; `\,` and `\!` are spaces in it.
  if (/[()[\]]/.test(name)) return ';';
  return /[a-z]/i.test(name) ? (LATEX[name] ?? ` ${name} `) : /[{}%$&#_]/.test(name) ? name : ' ';
}
