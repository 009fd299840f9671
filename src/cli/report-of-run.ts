/** From a run folder to its report. */

import { join } from 'node:path';
import { contentHash } from '../core/hash.ts';
import type { Suite } from '../core/suite.ts';
import { htmlReport } from '../report/html.ts';
import { type ReportView, reportView } from '../report/view.ts';
import { writeWhole } from '../run/files.ts';
import { loadRun } from '../run/load.ts';
import { commandOf } from './distill-flags.ts';

/** Everything that a report on a complete run says. */
export function viewOfRun(directory: string, suite: Suite): ReportView {
  const { run, summary, rounds, evaluations, measurements } = loadRun(directory);
  return reportView({
    summary,
    rounds,
    evaluations,
    measurements,
    chance: suite.chance,
    command: commandOf(run.config),
    versions: { ...run.versions, onnxruntime: summary.latency.device.onnxruntime, [suite.name]: suite.version },
    hashes: {
      samples: contentHash(suite.samples),
      config: contentHash(run.config),
      checkpoint: summary.checkpointHash,
    },
  });
}

/** Writes `report.html` into the run folder. @returns its path */
export function writeReport(directory: string, view: ReportView): string {
  const file = join(directory, 'report.html');
  writeWhole(file, htmlReport(view));
  return file;
}
