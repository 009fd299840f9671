/** The message of anything that was thrown, at most 1,000 characters of it. The child imports nothing outside this folder. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 1_000);
}
