// What the page knows, and how each event changes it: a function without a browser.

import { sitePosition } from '../frontends/view/walk.ts';
import { startState, type WalkAction, type WalkState, walked } from '../frontends/view/walk-state.ts';
import { isReport } from './entry.ts';
import type { LinkedPlace } from './link.ts';
import type { Entry, GivenLog, Remarks } from './protocol.ts';
import type { TrialEdit } from './trial-edit.ts';

export interface PageState {
  readonly log: GivenLog;
  /** The log is the page's own example. */
  readonly isSample: boolean;
  readonly entries: readonly Entry[];
  readonly remarks: Remarks;
  readonly progress: 'reading' | 'done';
  /** Why nothing can be shown. */
  readonly failure?: string;
  /** Counts the entries from 0. */
  readonly selected: number;
  /** Where the reader stands in each report that was walked. */
  readonly walks: Readonly<Record<number, WalkState>>;
  /** What the reader has set in the report that is shown. */
  readonly edits: readonly TrialEdit[];
}

export type PageEvent =
  /** `again`: it is the log that is shown, which has grown. */
  | { readonly kind: 'given'; readonly log: GivenLog; readonly selected?: number; readonly again?: boolean }
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'examined'; readonly remarks: Remarks }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'select'; readonly index: number }
  | { readonly kind: 'walk'; readonly action: WalkAction }
  | { readonly kind: 'next-report'; readonly by: 1 | -1 }
  | { readonly kind: 'edits'; readonly edits: readonly TrialEdit[] }
  /** Where a link says that its reader stood: so many instructions before the fault of the report that is shown. */
  | {
      readonly kind: 'stand';
      readonly back: number;
      readonly ask?: NonNullable<LinkedPlace['ask']>;
      readonly set?: readonly TrialEdit[];
    };

const NO_REMARKS: Remarks = { said: [] };

export function sampleState(log: GivenLog, entries: readonly Entry[]): PageState {
  return { log, isSample: true, entries, remarks: NO_REMARKS, progress: 'done', selected: 0, walks: {}, edits: [] };
}

export function changed(state: PageState, event: PageEvent): PageState {
  switch (event.kind) {
    case 'given': {
      const { log, selected = 0, again = false } = event;
      const stays = again ? { selected: state.selected, walks: state.walks } : { selected, walks: {} };
      return { log, isSample: false, entries: [], remarks: NO_REMARKS, progress: 'reading', edits: [], ...stays };
    }
    case 'entry':
      return { ...state, entries: [...state.entries, event.entry] };
    case 'examined': {
      const selected = Math.max(0, Math.min(state.selected, state.entries.length - 1));
      return { ...state, remarks: event.remarks, progress: 'done', selected };
    }
    case 'failed':
      return { ...state, failure: event.message, progress: 'done' };
    case 'select':
      return { ...state, selected: Math.max(0, Math.min(event.index, state.entries.length - 1)), edits: [] };
    case 'walk': {
      const entry = state.entries[state.selected];
      if (entry === undefined || !isReport(entry)) return state;
      const next = walked(entry.report, walkOf(state), event.action);
      return { ...state, walks: { ...state.walks, [state.selected]: next } };
    }
    case 'edits':
      return { ...state, edits: event.edits };
    case 'next-report':
      return changed(state, { kind: 'select', index: state.selected + event.by });
    case 'stand':
      return stoodAt(state, event);
  }
}

function stoodAt(state: PageState, { back, ask, set = [] }: Extract<PageEvent, { kind: 'stand' }>): PageState {
  const entry = state.entries[state.selected];
  if (entry === undefined || !isReport(entry)) return state;
  const site = sitePosition(entry.report);
  const position = Math.max(0, site - back);
  const asked = ask && { place: ask.place, position: Math.max(0, site - ask.back) };
  return { ...state, edits: set, walks: { ...state.walks, [state.selected]: { position, ...(asked && { asked }) } } };
}

/** Where the reader stands in the report that is shown. */
export function walkOf({ walks, selected, entries }: PageState): WalkState {
  const entry = entries[selected];
  return walks[selected] ?? (entry !== undefined && isReport(entry) ? startState(entry.report) : { position: 0 });
}
