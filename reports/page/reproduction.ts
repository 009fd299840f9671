/** What it takes to run it again, and on what it ran. */

import { decimal, seconds } from '../../src/report/format.ts';
import type { ReportView } from '../../src/report/view.ts';
import { el } from './dom.ts';

type Entries = readonly (readonly [string, string])[];

export function reproduction({ reproduction, progress }: ReportView): HTMLElement[] {
  const { command, seed, checkpoint, checkpointHash, stoppedBecause, wallSeconds, device, versions, hashes } =
    reproduction;
  return [
    el('pre', { class: 'command', tabindex: '0', 'aria-label': 'Command' }, command),
    el(
      'div',
      { class: 'columns' },
      list('Run', [
        ['seed', String(seed)],
        ['stopped because of', stoppedBecause],
        ['wall clock', seconds(wallSeconds)],
        ['checkpoint', checkpoint],
      ]),
      list('Device', [
        ['processor', device.processor],
        ['cores', String(device.cores)],
        ['memory', `${decimal(device.memoryGb, 0)} GB`],
        ['platform', device.platform],
        ['Node.js', device.node],
        ['ONNX Runtime', device.onnxruntime],
        ['load before', decimal(device.load, 2)],
      ]),
      list('Versions', Object.entries(versions)),
    ),
    list(
      'SHA-256',
      [
        ...Object.entries(hashes),
        ...progress.rounds.map(({ round, datasetHash }) => [`dataset of round ${round}`, datasetHash] as const),
        ['weights', checkpointHash],
      ],
      'hashes',
    ),
  ];
}

function list(title: string, entries: Entries, kind = ''): HTMLElement {
  const rows = entries.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value)));
  return el('div', {}, el('h3', {}, title), el('dl', { class: `pairs ${kind}` }, ...rows));
}
