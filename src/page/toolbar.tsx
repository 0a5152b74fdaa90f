// What can be done with what is shown: a link, a text, files, help.

import { isReport } from './entry.ts';
import type { PageProps, ShareState } from './page-props.ts';

export function Toolbar({ state, share, actions }: Pick<PageProps, 'state' | 'share' | 'actions'>) {
  const entry = state.entries[state.selected];
  const isShown = entry !== undefined && isReport(entry);
  const hasTrace = isShown && (entry.report.snapshot.trace ?? []).length > 0;
  return (
    <>
      <div class="toolbar" role="toolbar" aria-label="Share and save">
        <button type="button" disabled={!isShown || share.isTooLong} onClick={() => actions?.copyLink()}>
          Copy link
        </button>
        <button type="button" disabled={!isShown} onClick={() => actions?.copyText()}>
          Copy as text
        </button>
        <button type="button" disabled={!isShown} onClick={() => actions?.saveHtml()}>
          Save HTML
        </button>
        <button type="button" disabled={!isShown} onClick={() => actions?.saveJson()}>
          Save JSON
        </button>
        <button type="button" aria-keyshortcuts="?" onClick={() => actions?.showHelp()}>
          Help
        </button>
      </div>
      <div class="link-line">
        <output class="said">{share.said ?? ''}</output>
        <span>{linkText(share)}</span>
        {hasTrace ? (
          <label>
            <input
              type="checkbox"
              checked={share.withoutTrace}
              onChange={({ currentTarget }) => actions?.leaveTraceOut(currentTarget.checked)}
            />
            without the call trace
          </label>
        ) : null}
      </div>
    </>
  );
}

function linkText({ linkLength, isTooLong }: ShareState): string {
  if (isTooLong) return 'This report is too long for a link: save it as HTML.';
  return linkLength === undefined
    ? ''
    : `the address of this page is the link: ${linkLength.toLocaleString('en')} characters`;
}
