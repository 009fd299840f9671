/** The built-in verifiers: each is exactly what a user would write. */

export { allOf } from './all-of.ts';
export { verifierConformance } from './conformance.ts';
export { mathAnswer } from './math-answer.ts';
export { readable } from './readable.ts';
export type { Coefficient, Constraint, SatisfiesOptions } from './satisfies.ts';
export { polynomialRoots, satisfies } from './satisfies.ts';
export { template } from './template.ts';
export type { Conclusion, TraceStepsOptions } from './trace-steps.ts';
export { concludesByNumbers, traceSteps } from './trace-steps.ts';
