/** `proofstill export`: networks for devices, beside a checkpoint's weights. */

import { cpSync } from 'node:fs';
import { buildCommand } from '@stricli/core';
import { messageOf, ProofstillError } from '../../core/errors.ts';
import { PRECISIONS, type Precision } from '../../core/records.ts';
import { makeFolder } from '../../run/files.ts';
import { type CliContext, printJson } from '../context.ts';
import { jsonFlag, precisions, text } from '../flags.ts';

interface ExportFlags {
  readonly precision: Precision[];
  readonly into?: string;
  readonly json: boolean;
}

export const exportCommand = buildCommand<ExportFlags, [string], CliContext>({
  docs: {
    brief: 'Export a checkpoint to ONNX at one or more precisions',
    fullDescription:
      'Writes onnx/model.onnx (fp32) and onnx/model_quantized.onnx (int8), named as transformers.js expects.\n\nExample:  proofstill export students/nano --into phone/nano',
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ parse: text, brief: 'Checkpoint directory', placeholder: 'checkpoint' }],
    },
    flags: {
      precision: {
        kind: 'parsed',
        parse: precisions,
        brief: 'fp32, int8 or both, with a comma between',
        default: PRECISIONS.join(','),
      },
      into: {
        kind: 'parsed',
        parse: text,
        brief: 'Copy the checkpoint here first',
        placeholder: 'dir',
        optional: true,
      },
      json: jsonFlag,
    },
  },
  loader: async () => {
    const [{ findCheckpoint }, { exportCheckpoint }] = await Promise.all([
      import('../../resolve.ts'),
      import('../../export/export.ts'),
    ]);
    return async function (this: CliContext, flags: ExportFlags, reference: string): Promise<void> {
      const source = findCheckpoint(reference);
      if (flags.into !== undefined) copy(source, flags.into);
      const networks = exportCheckpoint({ directory: flags.into ?? source, precisions: flags.precision });
      if (flags.json) return printJson(this, { networks });
      for (const { path, sizeBytes } of networks)
        this.process.stdout.write(`${path}  ${(sizeBytes / 1e6).toFixed(1)} MB\n`);
    };
  },
});

function copy(source: string, into: string): void {
  try {
    makeFolder(into);
    cpSync(source, into, { recursive: true });
  } catch (cause) {
    throw new ProofstillError('export', `cannot copy the checkpoint: ${messageOf(cause)}`, {
      place: into,
      hint: 'Look at the path and its permissions, or name another directory with --into.',
      cause,
    });
  }
}
