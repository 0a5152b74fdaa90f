// The address of the page is the link: it follows what is shown, and a link that is opened is read.

import { useEffect, useState } from 'preact/hooks';
import { sitePosition } from '../frontends/view/walk.ts';
import { isReport } from './entry.ts';
import { fragmentOf, type LinkedPlace, linkedAsk, readFragment } from './link.ts';
import type { ShareState } from './page-props.ts';
import type { GivenLog } from './protocol.ts';
import { sharedLines } from './shared-lines.ts';
import { type PageEvent, type PageState, walkOf } from './state.ts';

/** Characters: longer links are cut by programs that pass them on. */
const LONGEST_LINK = 32_000;

interface Page {
  readonly state: PageState;
  readonly withoutTrace: boolean;
  readonly send: (event: PageEvent) => void;
  readonly read: (log: GivenLog, selected?: number) => Promise<void>;
  readonly fail: (error: unknown) => void;
}

interface Address {
  /** True where the page was opened by a link with a log in it. */
  readonly holdsLog: boolean;
  readonly share: Pick<ShareState, 'linkLength' | 'isTooLong'>;
}

export function useAddress({ state, withoutTrace, send, read, fail }: Page): Address {
  const [share, setShare] = useState<Address['share']>({});
  const [opened, setOpened] = useState(false);
  const [holdsLog] = useState(() => typeof location === 'object' && /[#&]z=./.test(location.hash));

  useEffect(() => {
    const open = () =>
      void openLink(location.hash, { send, read })
        .catch(fail)
        .finally(() => setOpened(true));
    open();
    addEventListener('hashchange', open);
    return () => removeEventListener('hashchange', open);
  }, [send, read, fail]);

  useEffect(() => {
    if (!opened || state.progress === 'reading') return;
    let isLatest = true;
    void fragmentFor(state, withoutTrace).then((fragment) => {
      if (!isLatest) return;
      const isTooLong = fragment === 'too-long' || (fragment !== undefined && fragment.length > LONGEST_LINK);
      const address =
        isTooLong || fragment === undefined || fragment === '' ? location.pathname + location.search : `#${fragment}`;
      history.replaceState(null, '', address);
      setShare(isTooLong ? { isTooLong } : fragment === undefined ? {} : { linkLength: location.href.length });
    });
    return () => {
      isLatest = false;
    };
  }, [state, withoutTrace, opened]);
  return { holdsLog, share };
}

/** Undefined where there is no report to link. The example needs no text. */
async function fragmentFor(state: PageState, withoutTrace: boolean): Promise<string | 'too-long' | undefined> {
  const entry = state.entries[state.selected];
  if (entry === undefined || !isReport(entry)) return undefined;
  const text = state.isSample ? undefined : sharedLines(entry, withoutTrace);
  if (!state.isSample && text === undefined) return 'too-long';
  const { position, asked } = walkOf(state);
  const site = sitePosition(entry.report);
  return fragmentOf({
    ...(text !== undefined && { text }),
    // A link holds the lines of one report alone.
    ...(state.isSample && { report: state.selected + 1 }),
    back: site - position,
    ...(asked && { ask: linkedAsk(asked, site) }),
    set: state.edits,
  });
}

async function openLink(fragment: string, { send, read }: Pick<Page, 'send' | 'read'>): Promise<void> {
  if (fragment.length < 2) return;
  const place = await readFragment(fragment);
  const index = (place.report ?? 1) - 1;
  if (place.text !== undefined) await read({ file: 'linked.log', text: place.text }, index);
  else send({ kind: 'select', index });
  standAt(place, send);
}

function standAt({ back, ask, set }: LinkedPlace, send: (event: PageEvent) => void): void {
  if (back === undefined && ask === undefined && set === undefined) return;
  send({ kind: 'stand', back: back ?? 0, ...(ask && { ask }), ...(set && { set }) });
}
