// One comment on a pull request: what the model gate decided. Danger compiles no TypeScript 7, so this is JavaScript.
import { commentGate } from 'proofstill/danger';

if (process.env.GATE_CHANGED === 'true') {
  fail('This pull request changes files of .github, so its gate may not be ours and its verdict is not shown.');
} else {
  schedule(commentGate({ file: process.env.GATE_FILE ?? 'gate.json' }));
}
