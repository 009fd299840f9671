/** The process that answers while it is measured: the student and nothing else. */

import { messageOf } from '../core/errors.ts';
import { openStudent } from '../model/student.ts';
import { openCalibration, WORKLOAD } from './calibration.ts';
import type { MeasureReport, MeasureTask } from './measure.ts';

const say = (report: MeasureReport): void => void process.send?.(report);

// Without whoever asked, there is nobody to measure for. An orderly exit would abort in the thread that runs the network.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.once('message', async (task: MeasureTask) => {
  try {
    const { threads, precision, requests } = task;
    const student = await openStudent(task.checkpoint, { precision, threads });
    const calibration = await openCalibration(threads);
    const greedy = { maxTokens: task.maxTokens, temperature: 0, topP: 1, seed: 0 };
    for (const request of requests.slice(0, task.warmup)) {
      await calibration.time();
      await student.time(request, greedy);
    }
    const { loadMs, fingerprint } = student;
    say({ kind: 'ready', loadMs, fingerprint, workload: WORKLOAD });
    for (const request of requests) {
      const calibrationMs = await calibration.time();
      const { output, peakMemoryMb } = await student.time(request, greedy);
      const { tokenMs, finishReason } = output;
      // A prompt that is longer than the network has positions gets no token, in no time at all.
      if (tokenMs.length === 0) throw new Error(`the prompt of ${request.id} is too long for this network`);
      say({ kind: 'answer', calibrationMs, tokenMs, isTruncated: finishReason === 'length', peakMemoryMb });
    }
    await student.close();
    await calibration.close();
  } catch (error) {
    say({ kind: 'error', message: messageOf(error) });
  }
});
