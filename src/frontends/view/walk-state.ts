// Where a reader of a report stands, and how each action moves on from there.

import type { ReportJson } from '../json/contract/report.ts';
import { type Asked, nextChange, type PlaceJson, sitePosition, whereFrom } from './walk.ts';

export interface WalkState {
  /** Counts the steps from 0; the last one is the crash site. */
  readonly position: number;
  /** The value whose way is shown. */
  readonly asked?: Asked;
}

export type WalkAction =
  | { readonly kind: 'seek'; readonly position: number }
  | { readonly kind: 'step'; readonly by: number }
  /** Asks where the value of a place came from, as it is at the position; without a place the question ends. */
  | { readonly kind: 'ask'; readonly place?: PlaceJson }
  /** Goes to where the value that was asked about was made last. */
  | { readonly kind: 'where-from' }
  /** Goes to the nearest position where the value that was asked about had just changed. */
  | { readonly kind: 'change'; readonly by: 1 | -1 };

export function startState(report: ReportJson): WalkState {
  return { position: sitePosition(report) };
}

export function walked(report: ReportJson, state: WalkState, action: WalkAction): WalkState {
  const { position, asked } = state;
  const seek = (target: number | undefined): WalkState =>
    target === undefined ? state : { ...state, position: Math.max(0, Math.min(sitePosition(report), target)) };
  switch (action.kind) {
    case 'seek':
      return seek(action.position);
    case 'step':
      return seek(position + action.by);
    case 'ask':
      return action.place === undefined ? { position } : { position, asked: { place: action.place, position } };
    case 'where-from':
      return seek(asked && whereFrom(report, asked).links.find((link) => link.position < position)?.position);
    case 'change':
      return seek(asked && nextChange(report, asked.place, position, action.by));
  }
}

const KEYS: Readonly<Record<string, WalkAction>> = {
  ArrowLeft: { kind: 'step', by: -1 },
  k: { kind: 'step', by: -1 },
  ArrowRight: { kind: 'step', by: 1 },
  j: { kind: 'step', by: 1 },
  Home: { kind: 'seek', position: 0 },
  End: { kind: 'seek', position: Number.MAX_SAFE_INTEGER },
  w: { kind: 'where-from' },
  '[': { kind: 'change', by: -1 },
  ']': { kind: 'change', by: 1 },
  Escape: { kind: 'ask' },
};

/** What a key means; undefined where it means nothing. */
export function actionOfKey(key: string): WalkAction | undefined {
  return Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
}
