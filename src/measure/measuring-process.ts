/** The process that answers while it is measured: the student and nothing else. */

import { messageOf } from '../core/errors.ts';
import { openStudent } from '../model/student.ts';
import type { MeasureReport, MeasureTask } from './measure.ts';

const say = (report: MeasureReport): void => void process.send?.(report);

// Without whoever asked, there is nobody to measure for. An orderly exit would abort in the thread that runs the network.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.once('message', async (task: MeasureTask) => {
  try {
    const student = await openStudent(task.checkpoint, { precision: task.precision, threads: task.threads });
    const greedy = { maxTokens: task.maxTokens, temperature: 0, topP: 1, seed: 0 };
    for (const request of task.requests.slice(0, task.warmup)) await student.time(request, greedy);
    say({ kind: 'ready', loadMs: student.loadMs });
    for (const request of task.requests) {
      const { output, peakMemoryMb } = await student.time(request, greedy);
      say({ kind: 'answer', tokenMs: output.tokenMs, peakMemoryMb });
    }
    await student.close();
  } catch (error) {
    say({ kind: 'error', message: messageOf(error) });
  }
});
