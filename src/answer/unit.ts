/** Units behind numbers, and their conversion; mathjs knows the units, and reads nothing else here. */

import { createRequire } from 'node:module';

export interface Quantity {
  readonly number: string;
  /** In one spelling: `cm`, `km/h`, `apple`. */
  readonly unit: string;
}

/** A word of a unit, maybe with a power; a single letter is a unit only where a space parts it from the number. */
const UNIT =
  /^(.*(?:[\d)\]}!%π]|\\pi))(\s*)((?:\p{L}[\p{L}µ]*\.?(?:\s?\^\s?\(?\{?-?\d\}?\)?)?|°\s?[CF]?|[€£¥])(?:(?:\s*[/*]\s*|\s+)\p{L}+(?:\s?\^\s?\(?\{?-?\d\}?\)?)?){0,4})$/u;
/** Other single letters are unknowns. */
const UNIT_LETTERS = 'mgshLlJNWVAKCF';
const PREFIXED = /^([€£¥])\s?(.+)$/;
/** Words that negate, hedge or join: what follows a number with one of them is no unit. */
const NO_UNIT =
  /\b(?:not|no|or|and|if|is|are|was|but|than|wrong|right|maybe|about|minus|plus|times|over|of|mod|sin|cos|tan|log|ln|pi|sqrt|base)\b/i;
const SPELLINGS: Readonly<Record<string, string>> = {
  ...{ '°': 'deg', degree: 'deg', '°c': 'degC', '°f': 'degF', mph: 'mi/h', kph: 'km/h', sec: 's', hr: 'hour' },
  ...{
    foot: 'ft',
    feet: 'ft',
    inch: 'inch',
    inche: 'inch',
    dollar: '$',
    liter: 'l',
    litre: 'l',
    metre: 'm',
    meter: 'm',
  },
};

/** `5 cm`, `5\text{ apples}`, `€5`: the number and its unit; `undefined` for a text without a unit. */
export function quantityParts(text: string): Quantity | undefined {
  const [, currency, amount] = PREFIXED.exec(text) ?? [];
  if (currency && amount) return { number: amount, unit: currency };
  const [, number = '', space = '', unit = ''] = UNIT.exec(text) ?? [];
  if (number === '' || NO_UNIT.test(unit)) return undefined;
  const isLetter = /^\p{L}(?!\p{L})/u.test(unit);
  if (isLetter && (space === '' || !UNIT_LETTERS.includes(unit[0] as string))) return undefined;
  return { number, unit: spelling(unit) };
}

function spelling(unit: string): string {
  const written = unit
    .replace(/[\s.{}()]+/g, ' ')
    .trim()
    .replace(/\s*\^\s*/g, '^')
    .replace(/\s*([/*])\s*/g, '$1');
  const squared = written
    .replace(/^(?:square|sq)\s(\S+)$/i, '$1^2')
    .replace(/^cubic\s(\S+)$/i, '$1^3')
    .replace(/\sper\s/gi, '/');
  return squared
    .split('/')
    .map((factor) => {
      const [word = '', power] = factor.split('^');
      const singular = /^\p{L}{3,}s$/u.test(word) && !/ss$/.test(word) ? word.slice(0, -1) : word;
      const known = SPELLINGS[singular.toLowerCase()] ?? singular;
      return power ? `${known}^${power}` : known;
    })
    .join('/');
}

/**
 * How many of the second unit one of the first is, with the zero points of temperatures: a function from values to values.
 * `undefined` where they measure different things or one is not known.
 */
export function conversion(from: string, to: string): ((value: number) => number) | undefined {
  if (from.length > 40 || to.length > 40) return undefined;
  try {
    const { unit } = mathjs();
    const target = unit(to);
    if (!unit(from).equalBase(target)) return undefined;
    return (value) => unit(value, from).toNumber(to);
  } catch {
    // mathjs throws plain errors for units that it does not know.
    return undefined;
  }
}

/** Whether a unit, in the spelling of {@link quantityParts}, can be converted into others. */
export function isKnownUnit(unit: string): boolean {
  return conversion(unit, unit) !== undefined;
}

interface MathUnit {
  equalBase(other: MathUnit): boolean;
  toNumber(unit: string): number;
}
type MakeUnit = { (text: string): MathUnit; (value: number, text: string): MathUnit };
let loaded: { readonly unit: MakeUnit } | undefined;

/** mathjs takes a fifth of a second to load, which only answers in two different units need. */
function mathjs(): { readonly unit: MakeUnit } {
  if (!loaded) {
    const { create, unitDependencies } = createRequire(import.meta.url)('mathjs') as {
      create: (parts: unknown) => { readonly unit: MakeUnit };
      unitDependencies: unknown;
    };
    loaded = create(unitDependencies);
  }
  return loaded;
}
