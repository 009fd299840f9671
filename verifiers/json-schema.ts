/** Answer: JSON of a given shape. */

import { Ajv, type AnySchemaObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { excerpt, isProofstillError, matchInSandbox, messageOf, ProofstillError, type Verifier } from 'proofstill';
import { answerVerifier, type Finding, fail, PASS, unscored, versionOf, wholeAnswer } from './answer-rule.ts';
import { readJson } from './json-text.ts';

/** A JSON Schema: draft 2020-12, or draft 7 where its `$schema` says so. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Different strings that the patterns of a schema are tried on, for one answer. */
const MAX_MATCHES = 1_000;
/** Of one match, and of all of an answer. A machine under load needs room. */
const DEADLINE_MS = { match: 1_000, answer: 10_000 } as const;
const NAME = 'json-schema';

/**
 * Judges whether the answer is one JSON document that the schema allows. Policy `score` also takes the last fenced block of
 * a longer answer. ajv turns the schema into code: it comes from the suite, never from a model. It is read strictly, so
 * that a misspelt keyword or a keyword without its `type` is an error and not a rule that never applies; `format` is
 * refused, for ajv alone knows none. The patterns in it are matched in the sandbox's child.
 * Reasons: `no-json`, `too-long`, `too-deep`, `too-large`, `duplicate-key`, `wrong-shape`; unscored: `timed-out`.
 * @throws ProofstillError `suite` for a schema that is none, with the place in it.
 */
export function jsonSchema(schema: JsonSchema): Verifier {
  const validate = compile(schema);
  return answerVerifier({
    name: NAME,
    version: versionOf('1', schema),
    read: wholeAnswer,
    judgeOf:
      () =>
      (answer, { policy, signal }) => {
        const reading = readJson(policy === 'score' ? (lastFenced(answer) ?? answer) : answer);
        if ('reason' in reading) return fail(reading.reason, reading.detail ?? `got ${excerpt(answer)}`);
        const first = validate(reading.value, new Map());
        return first.pending.length === 0
          ? first.finding
          : afterMatching(validate, reading.value, first.pending, signal);
      },
  });
}

/** A string that a pattern of the schema meets, and was not yet tried on in the child. */
interface Match {
  readonly pattern: string;
  readonly flags: string;
  readonly text: string;
}

/** What the schema says of a value as far as `known` matches tell; a pending match counts as one. */
type Validate = (
  value: unknown,
  known: ReadonlyMap<string, boolean>,
) => { readonly finding: Finding; readonly pending: readonly Match[] };

function compile(schema: JsonSchema): Validate {
  // ajv asks for matches while it validates, which is synchronous: they belong to the value in hand.
  let known: ReadonlyMap<string, boolean> = new Map();
  let pending: Match[] = [];
  const regExp = (pattern: string, flags: string) => {
    new RegExp(pattern, flags);
    return {
      test: (text: string): boolean => {
        const match = { pattern, flags, text };
        const isMatched = known.get(keyOf(match));
        if (isMatched === undefined) pending.push(match);
        return isMatched ?? true;
      },
      // ajv keeps one engine for each of these.
      toString: () => `/${pattern}/${flags}`,
    };
  };
  const validate = compiled(schema, Object.assign(regExp, { code: '' }));
  return (value, matches) => {
    [known, pending] = [matches, []];
    const isValid = validate(value);
    const fault = validate.errors?.[0];
    const detail = `${fault?.instancePath || 'the document'} ${fault?.message ?? 'is refused'}`;
    return { finding: isValid ? PASS : fail('wrong-shape', detail), pending };
  };
}

const DRAFTS = { 'draft-07': Ajv, '2020-12': Ajv2020 } as const;
type Draft = keyof typeof DRAFTS;

const OPTIONS: Options = {
  strict: true,
  // A branch of anyOf may require what the schema round it describes.
  strictRequired: false,
  allowUnionTypes: true,
  logger: false,
};

/** What checks schemas themselves, by draft: compiled once, for that takes longer than all the rest. */
const CHECKERS = new Map<Draft, Ajv | Ajv2020>();

function checkerOf(draft: Draft): Ajv | Ajv2020 {
  const checker = CHECKERS.get(draft) ?? new DRAFTS[draft](OPTIONS);
  CHECKERS.set(draft, checker);
  return checker;
}

function compiled(schema: JsonSchema, regExp: NonNullable<NonNullable<Options['code']>['regExp']>): ValidateFunction {
  const draft = String(schema['$schema'] ?? '').includes('draft-07') ? 'draft-07' : '2020-12';
  const checker = checkerOf(draft);
  try {
    if (checker.validateSchema(schema) !== true) {
      throw refusal(checker.errorsText(checker.errors, { dataVar: '#', separator: '; ' }), schema);
    }
    const ajv = new DRAFTS[draft]({ ...OPTIONS, meta: false, validateSchema: false, code: { regExp } });
    const validate = ajv.compile(schema as AnySchemaObject);
    if ('$async' in validate) throw refusal('expected no $async', schema);
    // A schema that refers to itself without end shows on any value.
    validate(null);
    return validate;
  } catch (error) {
    throw isProofstillError(error) ? error : refusal(messageOf(error), schema, error);
  }
}

function refusal(message: string, schema: JsonSchema = {}, cause?: unknown): ProofstillError {
  const culprit = /unknown keyword: "(.*)"|expression: \/(.*)\/|reference (\S+)/.exec(message)?.slice(1).find(Boolean);
  const path = culprit === undefined ? undefined : pathTo(schema, culprit);
  return new ProofstillError('suite', `expected a JSON Schema: ${message}`, {
    place: path === undefined ? NAME : `${NAME}, ${path}`,
    hint: 'Give every keyword its type, spell it as JSON Schema does, and write a pattern instead of a format.',
    cause,
  });
}

/** Where a key or a value stands in a schema, as a JSON pointer. */
function pathTo(part: unknown, culprit: string, path = '#'): string | undefined {
  if (part === culprit) return path;
  if (typeof part !== 'object' || part === null) return undefined;
  for (const [key, member] of Object.entries(part)) {
    const inner = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const found = key === culprit ? inner : pathTo(member, culprit, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Tries the pending matches in the child and validates again, until no pattern meets a string that is new to it. */
async function afterMatching(
  validate: Validate,
  value: unknown,
  first: readonly Match[],
  signal: AbortSignal | undefined,
): Promise<Finding> {
  const end = performance.now() + DEADLINE_MS.answer;
  const known = new Map<string, boolean>();
  for (let pending = first; ; ) {
    for (const match of pending) {
      if (known.has(keyOf(match))) continue;
      if (known.size >= MAX_MATCHES) return fail('too-large', `more than ${MAX_MATCHES} strings for patterns`);
      const deadlineMs = Math.max(1, Math.min(DEADLINE_MS.match, end - performance.now()));
      const options = { deadlineMs, ...(signal ? { signal } : {}) };
      const found = await matchInSandbox(match.pattern, match.flags, match.text, options);
      if (found.kind !== 'matched' && found.kind !== 'unmatched') {
        return unscored(found.kind, `pattern ${excerpt(match.pattern)} on ${excerpt(match.text)}`);
      }
      known.set(keyOf(match), found.kind === 'matched');
    }
    const again = validate(value, known);
    if (again.pending.length === 0) return again.finding;
    pending = again.pending;
  }
}

function keyOf({ pattern, flags, text }: Match): string {
  return JSON.stringify([pattern, flags, text]);
}

/** The content of the last fenced block that is closed. */
function lastFenced(text: string): string | undefined {
  const lines = text.split('\n');
  let [open, last] = [-1, undefined as readonly [number, number] | undefined];
  for (const [index, line] of lines.entries()) {
    if (!/^ {0,3}```/.test(line)) continue;
    if (open < 0) open = index;
    else if (line.trim() === '```') [open, last] = [-1, [open + 1, index]];
  }
  return last && lines.slice(...last).join('\n');
}
