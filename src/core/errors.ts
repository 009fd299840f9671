/**
 * Errors of the harness, one class for each boundary that a failure can cross. What a *model* did is a value (a
 * verdict); what the *harness* could not do is thrown. Recognise ours with {@link isProofstillError}, never with
 * `instanceof`: a suite may bring its own copy of the package.
 */

const BRAND = 'proofstill.error';

/** The boundary that was crossed. `interrupted` is a person's Ctrl-C and `budget` a ceiling that was reached: no faults. */
export type ErrorCode =
  | 'config'
  | 'suite'
  | 'model'
  | 'verifier'
  | 'trainer'
  | 'export'
  | 'record'
  | 'budget'
  | 'interrupted';

export interface ErrorDetails {
  /** What to do about it, as a sentence. */
  readonly hint?: string;
  /** Where it is: a file with its line, a sample's id, a config key, a flag. */
  readonly place?: string;
  readonly cause?: unknown;
}

/** Base of every error that Proofstill throws on purpose. `message` says what was expected and what came instead. */
export class ProofstillError extends Error {
  readonly brand = BRAND;
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly place: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = `${code[0]?.toUpperCase()}${code.slice(1)}Error`;
    this.code = code;
    this.hint = details.hint;
    this.place = details.place;
  }
}

export function isProofstillError(error: unknown, code?: ErrorCode): error is ProofstillError {
  if (typeof error !== 'object' || error === null) return false;
  const candidate = error as { brand?: unknown; code?: unknown };
  return candidate.brand === BRAND && (code === undefined || candidate.code === code);
}

/** The message of anything thrown, for a place in another message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Throws an `interrupted` error once `signal` is aborted; called at the head of every long loop. */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ProofstillError('interrupted', 'interrupted', { cause: signal.reason });
}
