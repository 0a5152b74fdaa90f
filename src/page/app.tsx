// The page: what is pasted, the reports that are in it, and the one that is read. Everything that touches the browser comes in as actions.

import { viewOf } from '../frontends/report/embedded.ts';
import { Report } from '../frontends/view/report.tsx';
import { codeName } from '../frontends/view/view.ts';
import { stepsOf } from '../frontends/view/walk.ts';
import type { WalkAction } from '../frontends/view/walk-state.ts';
import { visibleText } from '../machine/visible-text.ts';
import { isReport } from './entry.ts';
import { Help } from './help.tsx';
import { Intake } from './intake.tsx';
import { MemoryPanel } from './memory-panel.tsx';
import type { PageProps } from './page-props.ts';
import { Reports } from './reports.tsx';
import { walkOf } from './state.ts';
import { Toolbar } from './toolbar.tsx';
import { TrialPanel } from './trial-panel.tsx';

export function App({ state, share, isWhole, served, actions }: PageProps) {
  return (
    <>
      <header class="top">
        <h1>replay</h1>
        <p>Paste a 32-bit Linux crash, see how it happened.</p>
        <Toolbar state={state} share={share} actions={actions} />
      </header>
      <main>
        <Intake state={state} actions={actions} />
        {served === undefined || served.names.length < 2 ? null : <ServedLogs served={served} />}
        <Reports state={state} actions={actions} />
        <Shown state={state} actions={actions} />
      </main>
      <Help isWhole={isWhole} />
    </>
  );
}

function ServedLogs({ served: { names, shown, choose } }: { readonly served: NonNullable<PageProps['served']> }) {
  return (
    <nav class="reports" aria-label="Logs of this machine">
      <ol>
        {names.map((name, index) => (
          <li key={index}>
            <button type="button" aria-current={index === shown ? 'true' : undefined} onClick={() => choose(index)}>
              <span class="place">log</span> <span>{visibleText(name)}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Shown({ state, actions }: Pick<PageProps, 'state' | 'actions'>) {
  const { entries, selected, failure, remarks, progress } = state;
  const entry = entries[selected];
  if (failure !== undefined) return <Message title="This did not work" text={failure} />;
  if (entry === undefined)
    return progress === 'reading' ? (
      <p class="waiting" role="status">
        Reading the log…
      </p>
    ) : (
      <Message title="No crash report" text={remarks.none ?? 'There is nothing to show.'} />
    );
  if (!isReport(entry)) return <Message title="This report could not be examined" text={entry.failed} />;
  const act = actions && ((action: WalkAction) => actions.send({ kind: 'walk', action }));
  const walk = walkOf(state);
  const step = stepsOf(entry.report)[walk.position];
  const here = { index: selected, position: walk.position, actions };
  const where = step === undefined ? 'the fault' : codeName(step);
  const machine = entry.report.crashSite && (
    <>
      <TrialPanel {...here} where={where} edits={state.edits} />
      <MemoryPanel {...here} where={where} />
    </>
  );
  return <Report key={`${state.log.file} ${selected}`} view={viewOf(entry, 0, walk, act)} afterWalk={machine} />;
}

function Message({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <section class="message" role="alert">
      <h2>{title}</h2>
      <p>{text}</p>
    </section>
  );
}
