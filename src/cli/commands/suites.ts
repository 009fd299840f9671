/** `proofstill suites`: what can be asked, and whether it can be trusted. */

import { buildCommand, buildRouteMap } from '@stricli/core';
import { SPLITS } from '../../core/sample.ts';
import { type CliContext, printJson } from '../context.ts';
import { jsonFlag, text } from '../flags.ts';

interface SuitesFlags {
  readonly json: boolean;
}

const listCommand = buildCommand<SuitesFlags, [], CliContext>({
  docs: {
    brief: 'Built-in suites with their areas and samples',
    fullDescription: 'What each suite asks, and how much of it.\n\nExample:  proofstill suites list',
  },
  parameters: { flags: { json: jsonFlag } },
  loader: async () => {
    const { builtInSuites } = await import('../../resolve.ts');
    return async function (this: CliContext, { json }: SuitesFlags): Promise<void> {
      const suites = (await builtInSuites()).map(({ name, version, areas, samples, chance, problem, solve }) => ({
        name,
        version,
        areas,
        samples: Object.fromEntries(
          SPLITS.map((split) => [split, samples.filter((sample) => sample.split === split).length]),
        ),
        chance,
        generator: problem !== undefined,
        solver: solve !== undefined,
      }));
      if (json) return printJson(this, { suites });
      for (const { name, version, areas, samples, generator, solver } of suites) {
        const counts = Object.entries(samples)
          .filter(([, count]) => count > 0)
          .map(([split, count]) => `${count} ${split}`);
        this.process.stdout.write(`${name} ${version}: ${areas.join(', ')}\n`);
        this.process.stdout.write(
          `  ${counts.join(', ')}${generator ? '; makes fresh problems' : ''}${solver ? '; has a solver' : ''}\n`,
        );
      }
    };
  },
});

const checkCommand = buildCommand<SuitesFlags, string[], CliContext>({
  docs: {
    brief: 'Hold suites against their own verifier, keys, splits and labelled outputs',
    fullDescription: [
      'Reports each fault with its file and sample, and how often the verifier is wrong on the labelled.jsonl beside the',
      'samples: agreement, false accepts and false rejects. Ends with code 1 where the two disagree, with 2 on a fault.',
      '',
      'Example:  proofstill suites check quadratics',
    ].join('\n'),
  },
  parameters: {
    positional: {
      kind: 'array',
      parameter: { parse: text, brief: 'Built-in suites or paths [all built in]', placeholder: 'suite' },
    },
    flags: { json: jsonFlag },
  },
  loader: async () => {
    const { checkSuites } = await import('../suites-check.ts');
    return checkSuites;
  },
});

export const suitesCommands = buildRouteMap({
  routes: { list: listCommand, check: checkCommand },
  docs: { brief: 'What can be asked, and whether it can be trusted' },
});
