/** The machine that a figure belongs to. */

import { arch, cpus, loadavg, platform, totalmem } from 'node:os';
import { env } from 'onnxruntime-node';
import type { Device } from '../core/records.ts';

export function describeDevice(): Device {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()} ${arch()}`,
    node: process.versions.node,
    onnxruntime: env.versions.node ?? env.versions.common,
    load: loadavg()[0] ?? 0,
  };
}
