/** How a gate's sentences write their figures. */

export function percent(share: number | null): string {
  return share === null ? 'unknown' : `${Number((100 * share).toFixed(2))}%`;
}

/** A share as percentage points. */
export function points(share: number): string {
  return String(Number((100 * share).toFixed(2)));
}

export function decimals(value: number | null): string {
  return value === null ? 'unknown' : String(Number(value.toPrecision(3)));
}
