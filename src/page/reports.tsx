// The reports of a log as a list to choose from, and what the log says besides.

import { visibleFacts } from '../machine/visible-text.ts';
import { isReport } from './entry.ts';
import type { PageProps } from './page-props.ts';
import type { Entry } from './protocol.ts';

export function Reports({ state, actions }: Pick<PageProps, 'state' | 'actions'>) {
  const { entries, remarks, selected } = state;
  return (
    <>
      {remarks.said.length === 0 ? null : (
        <ul class="remarks" aria-label="Remarks on the log">
          {visibleFacts(remarks.said).map(({ line, message }) => (
            <li key={`${line} ${message}`}>{line === undefined ? message : `Line ${line}: ${message}`}</li>
          ))}
        </ul>
      )}
      {entries.length < 2 ? null : (
        <nav class="reports" aria-label="Reports of this log">
          <ol>
            {entries.map((entry, index) => (
              <li key={index}>
                <button
                  type="button"
                  aria-current={index === selected ? 'true' : undefined}
                  onClick={() => actions?.send({ kind: 'select', index })}
                >
                  <Name entry={entry} index={index} />
                </button>
              </li>
            ))}
          </ol>
        </nav>
      )}
    </>
  );
}

function Name({ entry, index }: { readonly entry: Entry; readonly index: number }) {
  if (!isReport(entry))
    return (
      <>
        <span class="place">{entry.line === undefined ? index + 1 : `L${entry.line}`}</span>
        <span>not examined</span>
      </>
    );
  const { report, replay } = visibleFacts(entry.report);
  return (
    <>
      <span class="place">{report.line === undefined ? index + 1 : `L${report.line}`}</span>
      <span>
        {report.title ?? report.kind} <span class="where">{report.where ?? ''}</span>
      </span>
      <span class={`verdict-word ${replay.verdict}`}>{replay.verdict.replace('-', ' ')}</span>
    </>
  );
}
