/** A worker that dies when it is told to: at once, or as soon as it has answered. */

import { serve } from '../src/model/worker.ts';

serve<string, never, string>(async (order) => {
  if (order === 'die') process.exit(3);
  if (order === 'answer and die') {
    setImmediate(() => {
      throw new Error('out of something');
    });
  }
  if (order === 'answer and exit') setImmediate(() => process.exit(3));
  return order;
});
