/** `proofstill suites`: what can be asked, and whether it can be trusted. */

import { buildCommand, buildRouteMap } from '@stricli/core';
import { ProofstillError } from '../../core/errors.ts';
import { SPLITS } from '../../core/sample.ts';
import { type CliContext, printJson } from '../context.ts';
import { jsonFlag, text } from '../flags.ts';

interface SuitesFlags {
  readonly json: boolean;
}

interface Fault {
  readonly place: string;
  readonly message: string;
}

const listCommand = buildCommand<SuitesFlags, [], CliContext>({
  docs: {
    brief: 'Built-in suites with their areas and samples',
    fullDescription: 'What each suite asks, and how much of it.\n\nExample:  proofstill suites list',
  },
  parameters: { flags: { json: jsonFlag } },
  loader: async () => {
    const { builtInSuites } = await import('../resolve.ts');
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
    brief: 'Hold suites against their own verifier, keys and splits',
    fullDescription: 'Reports each fault with its file and sample.\n\nExample:  proofstill suites check quadratics',
  },
  parameters: {
    positional: {
      kind: 'array',
      parameter: { parse: text, brief: 'Built-in suites or paths [all built in]', placeholder: 'suite' },
    },
    flags: { json: jsonFlag },
  },
  loader: async () => {
    const { builtInSuites, findSuite } = await import('../resolve.ts');
    const name = 'proofstill/suites';
    const { suiteConformance } = (await import(name)) as { suiteConformance: (suite: unknown) => Promise<Fault[]> };
    return async function (this: CliContext, { json }: SuitesFlags, ...references: string[]): Promise<void> {
      const suites = references.length > 0 ? await Promise.all(references.map(findSuite)) : await builtInSuites();
      const faults: (Fault & { suite: string })[] = [];
      for (const suite of suites) {
        for (const fault of await suiteConformance(suite)) faults.push({ suite: suite.name, ...fault });
      }
      if (json) printJson(this, { suites: suites.map((suite) => suite.name), faults });
      const [first] = faults;
      if (first) {
        if (!json) for (const { place, message } of faults) this.process.stdout.write(`${place}: ${message}\n`);
        const message = `${faults.length} faults, the first: ${first.message}`;
        throw new ProofstillError('suite', message, {
          place: first.place,
          hint: 'Mend the sample, or the verifier that refuses it.',
        });
      }
      if (!json) this.process.stdout.write(`${suites.map((suite) => suite.name).join(', ')}: no faults\n`);
    };
  },
});

export const suitesCommands = buildRouteMap({
  routes: { list: listCommand, check: checkCommand },
  docs: { brief: 'What can be asked, and whether it can be trusted' },
});
