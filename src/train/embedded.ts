/** Trains in a thread of this process, on ONNX Runtime itself: no other program, no other language. */

import { ProofstillError } from '../core/errors.ts';
import type { Step } from '../core/records.ts';
import { openThread, type Thread } from '../model/worker.ts';
import type { Trained, Trainer, TrainOptions } from './trainer.ts';

export type TrainCall = Omit<TrainOptions, 'signal' | 'onStep'> & { readonly threads: number };

export interface TrainEvent {
  readonly step: Step;
  readonly total: number;
}

/** @param threads processor threads of one step. @default 2 */
export function embeddedTrainer({ threads = 2 }: { threads?: number } = {}): Trainer {
  let thread: Thread<TrainCall, TrainEvent, Trained | 'interrupted'> | undefined;
  return {
    async train({ signal, onStep, ...options }) {
      thread ??= openThread('training-worker', import.meta.url);
      const onEvent = ({ step, total }: TrainEvent): void => onStep?.(step, total);
      const result = await thread.call({ ...options, threads }, { signal, onEvent });
      if (result === 'interrupted') throw new ProofstillError('interrupted', 'interrupted', { cause: signal?.reason });
      return result;
    },
    close: async () => thread?.close(),
  };
}
