/** PyTorch as a peer: `scripts/python/train_peer.py`, a process for each mode. */

import { z } from 'zod';
import { pythonPeer } from './python.ts';

/** One block of training steps: its speed, and the last step's mean loss in nats a token. */
export interface Block {
  readonly tokensPerSecond: number;
  readonly loss: number;
}

/** Something that trains block by block; warm-up comes before its first block and is not timed. */
export interface Engine {
  run(steps: number): Promise<Block>;
  close(): Promise<void>;
}

const blockSchema = z.object({ tokensPerSecond: z.number().positive(), loss: z.number() });

/** Starts the peer. `run` rejects with its last words where there is no Python, no torch or no compiler. */
export function pytorch(mode: 'eager' | 'compile'): Engine {
  const peer = pythonPeer('train_peer.py');
  return {
    run: async (steps) => blockSchema.parse(await peer.ask(`run ${mode} ${steps}`)),
    close: () => peer.close(),
  };
}
