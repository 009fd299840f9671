/** Constraint puzzles over named variables with finite domains: zebras, knights and knaves, small sudokus, colourings. */

import { ProofstillError } from 'proofstill';
import { textForm, withoutCase } from './exact.ts';

export type Value = string | number;
/** Each variable's name with one value of its domain. */
export type Assignment = Readonly<Record<string, Value>>;

/**
 * A condition: literals of which at least one must hold, `['A=knight', 'B!=knave']`, or a function that says whether it
 * does. A puzzle's clauses must all hold.
 */
export type Clause = readonly string[] | ((assignment: Assignment) => boolean);

export interface Puzzle {
  /** The values that each variable can take. */
  readonly variables: Readonly<Record<string, readonly Value[]>>;
  readonly clauses: readonly Clause[];
}

export interface CompiledPuzzle {
  readonly variables: readonly { readonly name: string; readonly domain: readonly Value[] }[];
  readonly clauses: readonly CompiledClause[];
}

interface CompiledClause {
  /** For a person: `clause 2: A=knight or B!=knave`. */
  readonly label: string;
  /** Of a full assignment; a function's may throw. */
  readonly holds: (assignment: Assignment) => boolean;
  /** Whether no completion of a partial assignment can make it hold; absent where only a full one tells. */
  readonly isLost?: (partial: Assignment) => boolean;
}

/** Assignments tried at most in search of solutions. */
const MAX_STEPS = 1_000_000;
/** Signs that part assignments in an answer. */
const RESERVED = /[,;:=!\n{}()]|^__proto__$/;

/**
 * Checks a puzzle and makes it ready to be judged by.
 * @throws ProofstillError `suite` at `place` without variables, for an empty domain, for names or values that an answer
 * could not tell apart, and for a literal that names what the puzzle does not have.
 */
export function compilePuzzle({ variables, clauses }: Puzzle, place: string): CompiledPuzzle {
  const refuse = (message: string): never => {
    const hint =
      "A puzzle is { variables: { A: ['knight', 'knave'] }, clauses: [['A=knight', 'B!=knave'], (a) => a.A !== a.B] }.";
    throw new ProofstillError('suite', message, { place, hint });
  };
  const names = Object.keys(variables);
  if (names.length === 0) refuse('expected at least one variable, got none');
  for (const [what, members] of [['variables', names] as const, ...Object.entries(variables)]) {
    if (members.length === 0) refuse(`expected values for variable ${what}, got none`);
    const forms = members.map((member) => withoutCase(textForm(String(member))));
    const unclear = members.find((_member, index) => forms[index] === '' || RESERVED.test(forms[index] as string));
    if (unclear !== undefined) refuse(`expected a name without , ; : = ! or brackets, got "${unclear}"`);
    const repeated = members.find((_member, index) => forms.indexOf(forms[index] as string) !== index);
    if (repeated !== undefined) refuse(`"${repeated}" occurs twice among ${what}; case does not count`);
  }
  return {
    variables: names.map((name) => ({ name, domain: variables[name] as readonly Value[] })),
    clauses: clauses.map((clause, index) => {
      const label = `clause ${index + 1}`;
      if (typeof clause === 'function') return { label, holds: clause };
      const literals = clause.map((literal) => {
        const [, name = '', sign, text = ''] = /^\s*(.+?)\s*(!?=)\s*(.+?)\s*$/.exec(literal) ?? [];
        const domain = Object.hasOwn(variables, name) ? variables[name] : undefined;
        const value = domain?.find((member) => String(member) === text);
        if (value === undefined)
          refuse(`${label} has the literal "${literal}", which is no variable with one of its values`);
        return { name, value, isEqual: sign === '=' };
      });
      return {
        label: `${label}: ${clause.join(' or ')}`,
        holds: (assignment) => literals.some(({ name, value, isEqual }) => (assignment[name] === value) === isEqual),
        isLost: (partial) =>
          literals.every(
            ({ name, value, isEqual }) => Object.hasOwn(partial, name) && (partial[name] === value) !== isEqual,
          ),
      };
    }),
  };
}

/**
 * The solutions of a puzzle, found by trying values in their order and giving up on lost clauses at once.
 * @param limit solutions after which the search ends. @default 2, which tells whether a solution is the only one
 * @throws ProofstillError `suite` after a million steps, and as {@link compilePuzzle}
 */
export function solutionsOf(puzzle: Puzzle, limit = 2, place = 'puzzle'): readonly Assignment[] {
  const { variables, clauses } = compilePuzzle(puzzle, place);
  const solutions: Assignment[] = [];
  const partial: Record<string, Value> = {};
  let steps = 0;
  const search = (depth: number): void => {
    const variable = variables[depth];
    if (!variable) {
      if (clauses.every((clause) => clause.holds(partial) === true)) solutions.push({ ...partial });
      return;
    }
    for (const value of variable.domain) {
      if (solutions.length >= limit) break;
      if (++steps > MAX_STEPS) {
        throw new ProofstillError('suite', `the search for solutions did not end within ${MAX_STEPS} steps`, {
          place,
          hint: 'Write clauses as literals, which rule values out early, and put the most constrained variables first.',
        });
      }
      partial[variable.name] = value;
      if (!clauses.some((clause) => clause.isLost?.(partial))) search(depth + 1);
      delete partial[variable.name];
    }
  };
  search(0);
  return solutions;
}

/**
 * Holds a suite's puzzle to having exactly one solution, and gives it.
 * @throws ProofstillError `suite` at `place` where it has none or several, and as {@link solutionsOf}
 */
export function onlySolution(puzzle: Puzzle, place = 'puzzle'): Assignment {
  const [solution, second] = solutionsOf(puzzle, 2, place);
  if (solution && !second) return solution;
  const found = solution ? `${JSON.stringify(solution)} and ${JSON.stringify(second)}` : 'none';
  throw new ProofstillError('suite', `expected a puzzle with one solution, got ${found}`, {
    place,
    hint: solution ? 'Add a clause that rules one of them out.' : 'Take the clause out that contradicts the others.',
  });
}
