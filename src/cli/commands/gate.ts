/** `proofstill gate`: may this checkpoint take the place of the one before. */

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import {
  count,
  jsonFlag,
  ledgerFlag,
  optionalText,
  requireIsolationFlag,
  seedFlag,
  switchFlag,
  text,
} from '../flags.ts';
import type { GateFlags } from '../gate.ts';

export const gateCommand = buildCommand<GateFlags, [string], CliContext>({
  docs: {
    brief: 'Decide whether a checkpoint may replace the one before: passed, failed or inconclusive',
    fullDescription: [
      'Holds a run against a policy, and against the baseline on the same samples where the policy has margins. Every rule',
      'passes or fails by one-sided bounds that hold at its confidence; where the records can tell neither, it is',
      'inconclusive, with how many more samples would decide it. Nothing passes because something is missing.',
      '',
      'A policy:  {"suite":"quadratics","answer":{"floor":0.9,"margin":0.05},"latency":{"p95Ms":300},"size":{"maxMb":10}}',
      'Also: areas.<area>.answer.floor, format, trace, latency.p95Ratio (to the baseline, calibrated), unscored.max, confidence,',
      'decoding, split; or a list of policies, one for each suite. docs/gate.md of the package has every key.',
      '',
      'Examples:  proofstill gate runs/new',
      '           proofstill gate runs/new --policy policy.json --baseline runs/old --junit gate.xml',
      '           proofstill gate runs/new --self-test                 what it does with equal and with worse models',
      '           proofstill gate runs/new --recheck students/nano     recorded outputs: asks for 5% again, at least 20',
      '           proofstill gate runs/live --until-decided --model students/new --baseline-model students/old',
      'Exit codes: 0 passed · 1 failed, or a self-test that is not as promised · 2 something is missing or wrong · 3 inconclusive',
    ].join('\n'),
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ parse: text, brief: 'Run folder of the candidate', placeholder: 'run' }],
    },
    flags: {
      policy: {
        kind: 'parsed',
        parse: text,
        brief: 'The rules',
        placeholder: 'file',
        default: 'proofstill.policy.json',
      },
      baseline: optionalText(
        'Run, evaluation or baseline file to compare with [proofstill.baseline.jsonl, where it is there]',
        'path',
      ),
      junit: optionalText('CI: write the decision as JUnit XML', 'file'),
      markdown: optionalText('CI: append the decision as Markdown, for a job summary or a comment', 'file'),
      annotate: switchFlag('CI: print annotations for GitHub Actions'),
      recheck: optionalText('Model that made the recorded outputs, to be asked again for some', 'ref'),
      untilDecided: switchFlag('Live gate: ask both models sample after sample, until the figures decide'),
      model: optionalText('Live gate: the candidate', 'ref'),
      baselineModel: optionalText('Live gate: what it is compared with', 'ref'),
      maxSamples: {
        kind: 'parsed',
        parse: count,
        brief: 'Live gate: samples at most [5000]',
        placeholder: 'n',
        optional: true,
      },
      suite: optionalText("Path of the policy's suite, where it is not built in; where a model is asked", 'path'),
      selfTest: switchFlag('Simulate gates on samples like these: equal models, and worse ones'),
      seed: seedFlag,
      ledger: ledgerFlag,
      requireIsolation: requireIsolationFlag,
      json: jsonFlag,
    },
  },
  loader: async () => {
    const { gateVerb } = await import('../gate.ts');
    return gateVerb;
  },
});
