// Where the page gets its WebAssembly modules and its worker: from beside it, or, in the file that holds everything, from itself.

import type { PageModules } from './runtime.ts';

/** Elements of the one file; each holds gzip in base64. */
export const HELD = { engine: 'held-engine', iced: 'held-iced', worker: 'held-worker' } as const;

/** True in the one file that holds everything. */
export function isWholeFile(): boolean {
  return document.getElementById(HELD.worker) !== null;
}

export function beginModules(): Promise<PageModules> {
  const modules = [load(HELD.engine, 'unicorn-x86.wasm'), load(HELD.iced, 'iced-x86.wasm')] as const;
  return Promise.all(modules).then(([engine, iced]) => ({ engine, iced }));
}

export async function startWorker(): Promise<Worker> {
  const held = document.getElementById(HELD.worker)?.textContent;
  if (held === undefined || held === null) return new Worker('worker.js');
  const script = new Blob([await unpacked(held).arrayBuffer()], { type: 'text/javascript' });
  return new Worker(URL.createObjectURL(script));
}

async function load(id: string, file: string): Promise<WebAssembly.Module> {
  const held = document.getElementById(id)?.textContent;
  if (held !== undefined && held !== null) return WebAssembly.compile(await unpacked(held).arrayBuffer());
  const response = await fetch(file);
  if (!response.ok) throw new Error(`${file}: ${response.status} ${response.statusText}`);
  // Some hosts do not know the type of the file, which compileStreaming asks for.
  return response.headers.get('content-type')?.startsWith('application/wasm')
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

function unpacked(base64: string): Response {
  const text = atob(base64.trim());
  const bytes = Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')));
}
