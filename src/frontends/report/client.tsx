// What runs in a report file: the components take over what they made before, and listen to keys.

import { hydrate } from 'preact';
import { useMemo, useReducer } from 'preact/hooks';
import { Report } from '../view/report.tsx';
import { actionOfKey, startState, type WalkAction, type WalkState, walked } from '../view/walk-state.ts';
import { DATA_ID, type EmbeddedReport, rootId, viewOf } from './embedded.ts';

/** Of each report what moves it, once it is drawn. */
const walkers = new Map<number, (action: WalkAction) => void>();
let active = 0;

function Walked({ entry, index }: { readonly entry: EmbeddedReport; readonly index: number }) {
  const still = useMemo(() => viewOf(entry, index, startState(entry.report)), [entry, index]);
  const [state, act] = useReducer<WalkState, WalkAction>(
    (before, action) => walked(entry.report, before, action),
    still.state,
  );
  walkers.set(index, act);
  return <Report view={{ ...still, state, act }} />;
}

function start(): void {
  const reports = JSON.parse(document.getElementById(DATA_ID)?.textContent ?? '[]') as readonly EmbeddedReport[];
  for (const [index, entry] of reports.entries()) {
    const root = document.getElementById(rootId(index));
    if (root === null) continue;
    hydrate(<Walked entry={entry} index={index} />, root);
    for (const event of ['pointerdown', 'focusin']) root.addEventListener(event, () => setActive(index));
  }
  document.documentElement.classList.add('walks');
  document.addEventListener('keydown', onKey);
}

function setActive(index: number): void {
  active = index;
}

function onKey(event: KeyboardEvent): void {
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  if (isTyping || event.ctrlKey || event.altKey || event.metaKey) return;
  const action = actionOfKey(event.key);
  if (action === undefined) return;
  event.preventDefault();
  walkers.get(active)?.(action);
}

start();
