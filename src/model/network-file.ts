/** Where a checkpoint's exported networks are. */

import { join } from 'node:path';
import type { Precision } from '../core/records.ts';

/** Names as transformers.js expects them; `quantized` is its word for eight bits. */
const NETWORKS: Record<Precision, string> = { fp32: 'model.onnx', int8: 'model_quantized.onnx' };

/** The path of a checkpoint's exported network at a precision, whether or not it is there. */
export function networkFile(directory: string, precision: Precision): string {
  return join(directory, 'onnx', NETWORKS[precision]);
}
