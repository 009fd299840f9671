/** Turns what a person names, a suite, a model, a checkpoint, into the thing: what the command line and the vitest adapter compose with. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { isEndpointReference, modelName, parseEndpoint } from './core/endpoint.ts';
import { isProofstillError, messageOf, ProofstillError } from './core/errors.ts';
import type { Calls } from './core/journal.ts';
import type { Model } from './core/output.ts';
import type { Precision } from './core/records.ts';
import { isSuite, type Suite } from './core/suite.ts';
import type { Verifier } from './core/verdict.ts';
import { httpModel } from './model/http/http.ts';
import { referenceModel } from './model/reference.ts';
import { replayModel } from './model/replay.ts';
import { openStudent } from './model/student.ts';
import { findVerifier } from './named-verifiers.ts';
import { nearest } from './run/nearest.ts';
import { importScript } from './run/script.ts';
import { isSampleFile } from './sample-file.ts';
import { suiteOfFile } from './suite-file.ts';

/** The package's own export: `src` imports no suite. */
const SUITES = 'proofstill/suites';
const SCRIPT = /\.[mc]?[jt]s$/;

/** What judges whether a trace can be read, where a suite's own verifier does not. */
export function readableVerifier(): Promise<Verifier> {
  return findVerifier('readable');
}

export async function builtInSuites(): Promise<Suite[]> {
  const exported = (await import(SUITES)) as Record<string, unknown>;
  return Object.values(exported).filter(isSuite);
}

/**
 * A built-in suite by its name, the suite that a `.jsonl` or `.csv` file of samples is, or what the script at a path
 * exports: by default, or as its only suite.
 * @throws config error for an unknown name, with the one that was probably meant; suite error for a script without one;
 * as {@link suiteOfFile}.
 */
export async function findSuite(reference: string): Promise<Suite> {
  const known = await builtInSuites();
  const named = known.find(({ name }) => name === reference);
  if (named) return named;
  const path = resolve(reference);
  if (existsSync(path) && isSampleFile(path)) return suiteOfFile(path);
  if (!existsSync(path) || !SCRIPT.test(path)) {
    const names = known.map(({ name }) => name);
    const meant = nearest(reference, names);
    throw new ProofstillError('config', `there is no suite "${reference}"`, {
      place: reference,
      hint: meant
        ? `Did you mean ${meant}?`
        : `Built in: ${names.join(', ')}. Or give the path of a suite.ts or samples.jsonl.`,
    });
  }
  const exported = await importScript(path).catch((cause: unknown) => {
    // It names a place of its own, such as the line of a sample.
    if (isProofstillError(cause) && cause.place !== undefined) throw cause;
    throw new ProofstillError('suite', `cannot load the suite: ${messageOf(cause)}`, { place: reference, cause });
  });
  const suite = [exported, ...Object.values(exported as object)].find(isSuite);
  if (suite) return suite;
  throw new ProofstillError('suite', 'the file exports no suite', {
    place: reference,
    hint: 'Export one: export default defineSuite({ … }).',
  });
}

/** A suite's reference that means the same in any working folder. */
export function pinnedSuite(reference: string): string {
  return SCRIPT.test(reference) || isSampleFile(reference) ? resolve(reference) : reference;
}

const REPLAY = 'replay:';

/**
 * A model by its reference: `reference`, `replay:<file.jsonl>`, `openai:<model>@<base URL>`, or a checkpoint directory.
 * @param options `precision` is a checkpoint's (fp32 where nothing is said), `calls` keeps an endpoint's answers
 * @throws config error for a reference of another kind or a directory that is not there.
 */
export async function findModel(
  reference: string,
  suite: Suite,
  { precision = 'fp32', calls }: { readonly precision?: Precision | undefined; readonly calls?: Calls } = {},
): Promise<Model> {
  const pinned = pinnedModel(reference);
  if (pinned === 'reference') return referenceModel(suite);
  if (isEndpointReference(pinned)) return httpModel(parseEndpoint(pinned), calls ? { calls } : {});
  if (pinned.startsWith(REPLAY)) return replayModel(pinned.slice(REPLAY.length));
  return openStudent(pinned, { precision });
}

/** A model's reference that means the same in any working folder. @throws as {@link findModel} */
export function pinnedModel(reference: string): string {
  if (reference === 'reference') return reference;
  if (reference.startsWith(REPLAY)) return `${REPLAY}${resolve(reference.slice(REPLAY.length))}`;
  if (isEndpointReference(reference)) return modelName(parseEndpoint(reference));
  if (reference.startsWith('hf:')) {
    throw new ProofstillError('config', 'this version has no hf: models yet', {
      place: reference,
      hint: 'Give a checkpoint directory, reference, replay:<file.jsonl>, or openai:<model>@<base URL>.',
    });
  }
  return findCheckpoint(reference);
}

/** Whether a model's reference names a checkpoint directory. */
export function isCheckpoint(reference: string): boolean {
  return reference !== 'reference' && !reference.startsWith(REPLAY) && !isEndpointReference(reference);
}

/** A checkpoint directory, in the working folder or among those that come with the package. @throws config error */
export function findCheckpoint(reference: string): string {
  const found = placesOf(reference).find((directory) => existsSync(join(directory, 'config.json')));
  if (found) return found;
  throw new ProofstillError('config', 'there is no checkpoint in this directory: it has no config.json', {
    place: reference,
    hint: 'Name a directory in the Hugging Face layout, for example students/nano.',
  });
}

/** Whether `directory` is one that `reference` may stand for. */
export function isCheckpointOf(reference: string, directory: string): boolean {
  return placesOf(reference).includes(directory);
}

function placesOf(reference: string): string[] {
  const root = dirname(createRequire(import.meta.url).resolve('proofstill/package.json'));
  return [resolve(reference), join(root, reference)];
}
