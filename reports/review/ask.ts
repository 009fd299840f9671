/** Asks the server that this page came from, with the token that the page's address holds. */

const token = new URLSearchParams(location.search).get('token') ?? '';

/** What came back: the server's answer, or why there is none, for the reviewer to read. */
export type Answer<T> =
  | { readonly status: number; readonly value: T; readonly error: null }
  | { readonly status: number; readonly value: null; readonly error: string };

/** Reads. */
export function read<T>(path: string): Promise<Answer<T>> {
  return ask(path, {});
}

/** Changes something. What is refused with 422 is a value too. */
export function send<T>(path: string, body: object = {}): Promise<Answer<T>> {
  return ask(path, { method: 'POST', body: JSON.stringify(body) });
}

async function ask<T>(path: string, init: RequestInit): Promise<Answer<T>> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  try {
    const response = await fetch(path, { ...init, headers });
    const value: unknown = await response.json();
    if (response.ok || response.status === 422) return { status: response.status, value: value as T, error: null };
    return { status: response.status, value: null, error: (value as { error: string }).error };
  } catch {
    const error = 'The review was ended in the terminal. Every decision that was shown as made is kept.';
    return { status: 0, value: null, error };
  }
}
