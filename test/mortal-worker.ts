/** A worker that dies when it is told to: at once, or by an error that nobody catches. */

import { serve } from '../src/model/worker.ts';

serve<string, never, string>(async (order) => {
  if (order === 'exit') process.exit(3);
  if (order === 'throw') {
    setImmediate(() => {
      throw new Error('out of something');
    });
  }
  return order;
});
