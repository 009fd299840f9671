/** The verbs, and how they end. Their flags and help are loaded at once, the work behind a verb when it is called. */

import { type Application, buildApplication, buildRouteMap, ExitCode, run, text_en } from '@stricli/core';
import { ProofstillError } from '../core/errors.ts';
import { VERSION } from '../run/version.ts';
import { baselineCommands } from './commands/baseline.ts';
import { compareCommand } from './commands/compare.ts';
import { curateCommand } from './commands/curate.ts';
import { distillCommand } from './commands/distill.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { gateCommand } from './commands/gate.ts';
import { generateCommand } from './commands/generate.ts';
import { importCommand } from './commands/import.ts';
import { measureCommand } from './commands/measure.ts';
import { purgeCommand } from './commands/purge.ts';
import { reportCommand } from './commands/report.ts';
import { rescoreCommand } from './commands/rescore.ts';
import { reviewCommand } from './commands/review.ts';
import { runsCommands } from './commands/runs.ts';
import { suitesCommands } from './commands/suites.ts';
import { verifyCommand } from './commands/verify.ts';
import type { CliContext } from './context.ts';
import { describeFailure, describeUnknownVerb, describeUsage, EXIT, exitCodeOf } from './failure.ts';

const routes = buildRouteMap({
  routes: {
    distill: distillCommand,
    generate: generateCommand,
    evaluate: evaluateCommand,
    rescore: rescoreCommand,
    verify: verifyCommand,
    suites: suitesCommands,
    curate: curateCommand,
    measure: measureCommand,
    export: exportCommand,
    compare: compareCommand,
    gate: gateCommand,
    baseline: baselineCommands,
    import: importCommand,
    report: reportCommand,
    review: reviewCommand,
    runs: runsCommands,
    purge: purgeCommand,
    doctor: doctorCommand,
  },
  docs: {
    brief: 'Measure a small model, distil a reasoning teacher into it, and prove that it got better',
    fullDescription: [
      'Measure a small model, distil a reasoning teacher into it, and prove on this device that it got better.',
      '',
      'Begin with:  proofstill distill                               the self-contained demonstration',
      '             proofstill evaluate quadratics --model reference  what the teacher itself can do',
      '             proofstill suites list                          what can be asked',
      '',
      'Every verb takes --help, and --verbose for the stack of an error.',
      'Exit codes: 0 done, targets met, gate passed · 1 targets not met, gate failed, or a labelled table disagrees · 2 usage or bad',
      'input · 3 the gate is inconclusive · 70 a bug · 130 interrupted',
    ].join('\n'),
  },
});

function application(verbose: boolean, signal: AbortSignal): Application<CliContext> {
  // Ctrl-C reaches child processes too, and what they die of may be heard before the signal is.
  const reasonOf = (error: unknown): unknown =>
    signal.aborted ? new ProofstillError('interrupted', 'interrupted', { cause: error }) : error;
  const describe = (error: unknown): string => describeFailure(reasonOf(error), verbose);
  return buildApplication(routes, {
    name: 'proofstill',
    versionInfo: { currentVersion: VERSION },
    scanner: { caseStyle: 'allow-kebab-for-camel' },
    determineExitCode: (error) => exitCodeOf(reasonOf(error)),
    localization: {
      text: {
        ...text_en,
        noCommandRegisteredForInput: describeUnknownVerb,
        exceptionWhileParsingArguments: (error) => describeUsage(error) ?? describe(error),
        exceptionWhileRunningCommand: describe,
        commandErrorResult: describe,
        exceptionWhileLoadingCommandFunction: describe,
      },
    },
  });
}

/** Runs one command line and sets `process.exitCode`. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<void> {
  // Known before anything is parsed: parsing may be what fails.
  const verbose = argv.includes('--verbose');
  await run(
    application(verbose, context.signal),
    argv.filter((argument) => argument !== '--verbose').flatMap(separated),
    context,
  );
  // The argument parser's own codes are negative.
  const { exitCode } = context.process;
  if (exitCode === ExitCode.InvalidArgument || exitCode === ExitCode.UnknownCommand) {
    context.process.exitCode = EXIT.usage;
  } else if (typeof exitCode === 'number' && exitCode < 0) context.process.exitCode = EXIT.bug;
}

/** `--flag=` as a flag with an empty value: the argument parser takes it for a positional argument. */
function separated(argument: string): string[] {
  const [, flag] = /^(--[\w-]+)=$/.exec(argument) ?? [];
  return flag === undefined ? [argument] : [flag, ''];
}
