/** An OpenAI-compatible server for tests and benchmarks. */

export * from './answers.ts';
export * from './clocks.ts';
export * from './fork.ts';
export * from './server.ts';
export * from './temper.ts';
