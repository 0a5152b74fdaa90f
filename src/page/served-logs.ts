// The logs that `replay serve` has beside the page. On any other host nothing is asked for.

import type { GivenLog } from './protocol.ts';

export function isServed(): boolean {
  return document.documentElement.dataset.served !== undefined;
}

/** The names of the logs. */
export async function servedNames(): Promise<readonly string[]> {
  return (await (await fetch('logs')).json()) as readonly string[];
}

/** Rejects with what the server says of it. */
export async function servedLog(name: string, index: number): Promise<GivenLog> {
  const response = await fetch(`logs/${index}`);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return { file: name, text };
}

/** Calls `changed` with the number of a log that has grown; gives what ends it. */
export function watchServed(changed: (index: number) => void): () => void {
  const events = new EventSource('changes');
  events.addEventListener('message', ({ data }) => changed(Number(data)));
  return () => events.close();
}
