/** `proofstill doctor`: whether this machine and this folder are fit for work. */

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import type { DoctorFlags } from '../doctor.ts';
import { jsonFlag } from '../flags.ts';

export const doctorCommand = buildCommand<DoctorFlags, [], CliContext>({
  docs: {
    brief: 'Check this machine and this folder: what works, what does not, and how to mend it',
    fullDescription: [
      'Tries out Node.js, memory, disk, ONNX Runtime, the sandbox for code answers and its network; looks for keys (it shows',
      'names, never values), the config, the ledger and the runs of the working folder. It asks no server and changes nothing.',
      '',
      'Example:  proofstill doctor',
      'Exit codes: 0 nothing stands in the way, though there may be warnings · 2 something does',
    ].join('\n'),
  },
  parameters: { flags: { json: jsonFlag } },
  loader: async () => {
    const { doctorVerb } = await import('../doctor.ts');
    return doctorVerb;
  },
});
