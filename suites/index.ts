/** The built-in suites, and the check that any suite can be held against. */

export type { Fault } from './conformance.ts';
export { suiteConformance } from './conformance.ts';
export { quadratics } from './quadratics/suite.ts';
