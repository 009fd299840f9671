/** How every benchmark that takes turns begins: its flags, and what machine it runs on under what load. */

import { parseArgs } from 'node:util';
import { messageOf } from '../../src/core/errors.ts';
import { describeDevice } from '../../src/measure/device.ts';

/** Whole numbers of at least 1 from flags of these names, where given. A wrong flag ends the process with code 2. */
export function countFlags<Name extends string>(defaults: Readonly<Record<Name, number>>): Record<Name, number> {
  try {
    const names = Object.keys(defaults) as Name[];
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    const { values } = parseArgs({ options });
    const counts = names.map((name) => {
      const count = Number(values[name] ?? defaults[name]);
      if (!Number.isInteger(count) || count < 1) throw new Error(`--${name} takes a whole number of at least 1`);
      return [name, count] as const;
    });
    return Object.fromEntries(counts) as Record<Name, number>;
  } catch (error) {
    console.error(`error: ${messageOf(error)}`);
    process.exit(2);
  }
}

/** Prints and returns the device with its load before anything is measured. */
export function announceDevice(): ReturnType<typeof describeDevice> {
  const device = describeDevice();
  console.log(`load before starting: ${device.load.toFixed(2)} on ${device.cores} cores (${device.processor})`);
  if (device.load > 0.5) console.log('The machine is busy: take these figures as a smoke test, not as evidence.');
  return device;
}
