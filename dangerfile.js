// One comment on a pull request: what the model gate decided. Danger compiles no TypeScript 7, so this is JavaScript.
import { commentGate } from 'proofstill/danger';

schedule(commentGate({ file: process.env.GATE_FILE ?? 'gate.json' }));
