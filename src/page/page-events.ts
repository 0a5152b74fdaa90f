// Keys, and links inside of the page: the address holds what is shown, so a link there may not change it.

import { actionOfKey } from '../frontends/view/walk-state.ts';
import { PASTE_ID } from './intake.tsx';
import type { PageEvent } from './state.ts';

/** Gives what ends it. */
export function listenToKeys(send: (event: PageEvent) => void, showHelp: () => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target) || isDialogOpen()) return;
    if (!act(event.key, send, showHelp)) return;
    event.preventDefault();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

function act(key: string, send: (event: PageEvent) => void, showHelp: () => void): boolean {
  const action = actionOfKey(key);
  if (action !== undefined) send({ kind: 'walk', action });
  else if (key === '?') showHelp();
  else if (key === '/') document.getElementById(PASTE_ID)?.focus();
  else if (key === 'n' || key === 'p') send({ kind: 'next-report', by: key === 'n' ? 1 : -1 });
  else return false;
  return true;
}

/** The scrubber has arrows of its own, which do the same. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && target.type !== 'checkbox' && target.type !== 'file')
  );
}

function isDialogOpen(): boolean {
  return document.querySelector('dialog[open]') !== null;
}

const LIT = 'lit';

/** Shows the place that a link names, and lights it up. */
export function followLink(event: MouseEvent): void {
  const anchor = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
  const id = anchor?.getAttribute('href')?.slice(1);
  if (id === undefined) return;
  event.preventDefault();
  document.querySelector<HTMLDialogElement>('dialog[open]')?.close();
  light(document.getElementById(id));
}

function light(place: HTMLElement | null): void {
  for (const lit of document.getElementsByClassName(LIT)) lit.classList.remove(LIT);
  if (place === null) return;
  place.classList.add(LIT);
  if (place instanceof HTMLDetailsElement) place.open = true;
  place.scrollIntoView({ block: 'nearest' });
}
