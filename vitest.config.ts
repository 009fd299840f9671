import { configDefaults, defineConfig } from 'vitest/config';

// Tests run from source: the package's own name resolves through the `proofstill-source` export condition.
const conditions = ['proofstill-source'];

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      'src/**/*.test.ts',
      'verifiers/**/*.test.ts',
      'suites/**/*.test.ts',
      'scripts/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    // Projects that tests run as a whole.
    exclude: [...configDefaults.exclude, 'test/fixtures/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
  },
});
