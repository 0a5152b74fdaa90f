// What every part of the page is given: what is known, how it is shared, and what the reader can do.

import type { MemoryRow } from './memory.ts';
import type { PageEvent, PageState } from './state.ts';
import type { TrialOutcome } from './trial.ts';
import type { TrialEdit } from './trial-edit.ts';
import type { Served } from './use-served.ts';

/** What the reader can do; absent in the markup that is there before any script. */
export interface PageActions {
  readonly send: (event: PageEvent) => void;
  readonly paste: (text: string) => void;
  readonly chooseFile: (file: File) => void;
  readonly copyText: () => void;
  readonly copyLink: () => void;
  readonly leaveTraceOut: (isOut: boolean) => void;
  readonly saveHtml: () => void;
  readonly saveJson: () => void;
  /** What would have happened, or why that cannot be said. */
  readonly attempt: (index: number, position: number, edits: readonly TrialEdit[]) => Promise<TrialOutcome | string>;
  readonly memory: (index: number, position: number) => Promise<readonly MemoryRow[]>;
  readonly showHelp: () => void;
}

/** The link as it is now, and what was done last. */
export interface ShareState {
  /** Characters of the link; absent while it is made, and where it would be too long. */
  readonly linkLength?: number;
  readonly isTooLong?: boolean;
  readonly withoutTrace: boolean;
  /** What was done last, or why it was not. */
  readonly said?: string;
}

export interface PageProps {
  readonly state: PageState;
  readonly share: ShareState;
  /** Everything is in one file, licences too. */
  readonly isWhole: boolean;
  /** Logs that a server has beside the page. */
  readonly served?: Served;
  readonly actions?: PageActions | undefined;
}
