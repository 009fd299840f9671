/** Answer: an assignment that satisfies all clauses of a puzzle. What is judged is the solution, not its wording. */

import { excerpt, messageOf, ProofstillError, type Sample, type Verifier } from 'proofstill';
import { answerVerifier, type Finding, fail, PASS, unscored, versionOf } from './answer-rule.ts';
import { type Assignments, assignmentAnswer, readAssignments } from './assignments.ts';
import { textForm, withoutCase } from './exact.ts';
import { type CompiledPuzzle, compilePuzzle, type Puzzle, type Value } from './puzzle.ts';

export interface LogicOptions extends Partial<Puzzle> {
  /** Name of the check. @default 'logic' */
  readonly name?: string;
  /** Raise it whenever a clause that is a function changes. @default '1' */
  readonly version?: string;
  /** The sample's own puzzle, instead of `variables` and `clauses` that all samples share. */
  readonly puzzle?: (sample: Sample) => Puzzle;
}

/**
 * Judges whether the answer gives each variable exactly one value of its domain, and all clauses hold. Names and values
 * compare without regard to case. Reasons: `no-assignment`, `unknown-variable`, `repeated-variable`, `missing-variable`,
 * `outside-domain`, `clause-broken`. A sample's puzzle that is none is `unscored('bad-puzzle')`.
 * @throws ProofstillError `suite` for a shared puzzle that is none; `config` without any. See {@link compilePuzzle}.
 */
export function logic({ name = 'logic', version = '1', variables, clauses, puzzle }: LogicOptions): Verifier {
  const shared = variables && clauses ? compilePuzzle({ variables, clauses }, name) : undefined;
  if (!shared && !puzzle) {
    throw new ProofstillError('config', 'expected variables and clauses, or a puzzle for each sample, got neither', {
      place: name,
      hint: "Write for example logic({ variables: { A: ['knight', 'knave'] }, clauses: [['A=knight']] }).",
    });
  }
  return answerVerifier({
    name,
    version: versionOf(version, [variables, clauses]),
    read: assignmentAnswer,
    judgeOf: (sample) => {
      let compiled: CompiledPuzzle;
      try {
        compiled =
          shared ?? compilePuzzle((puzzle as (sample: Sample) => Puzzle)(sample), `${name}, sample ${sample.id}`);
      } catch (error) {
        return unscored('bad-puzzle', messageOf(error));
      }
      return (answer) => judgeAssignments(compiled, readAssignments(answer), answer);
    },
  });
}

function judgeAssignments(puzzle: CompiledPuzzle, assignments: Assignments | undefined, answer: string): Finding {
  if (!assignments) return fail('no-assignment', `got ${excerpt(answer)}`);
  const domains = new Map(puzzle.variables.map((variable) => [foldedForm(variable.name), variable]));
  const values = new Map<string, Value>();
  for (const [name, written] of assignments) {
    const variable = domains.get(foldedForm(name));
    if (!variable) return fail('unknown-variable', excerpt(name));
    if (values.has(variable.name)) return fail('repeated-variable', variable.name);
    const value = variable.domain.find((member) => foldedForm(String(member)) === foldedForm(written));
    if (value === undefined) return fail('outside-domain', `${variable.name}=${excerpt(written)}`);
    values.set(variable.name, value);
  }
  const missing = puzzle.variables.find((variable) => !values.has(variable.name));
  if (missing) return fail('missing-variable', missing.name);
  const assignment = Object.fromEntries(values);
  const broken = puzzle.clauses.find((clause) => clause.holds(assignment) !== true);
  return broken ? fail('clause-broken', broken.label) : PASS;
}

function foldedForm(text: string): string {
  return withoutCase(textForm(text));
}
