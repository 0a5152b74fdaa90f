// One report: the answer first, then the way to it, then what it rests on. A function of the JSON, of the lines of the log, and of where
// the reader stands.

import type { ComponentChildren } from 'preact';
import { Code } from './code.tsx';
import { Diagnosis } from './diagnosis.tsx';
import { Fault, Sentences } from './fault.tsx';
import { Heading } from './heading.tsx';
import { Log } from './log.tsx';
import { Origin, Registers } from './registers.tsx';
import { Stack, Trace } from './stack.tsx';
import { Verdict } from './verdict.tsx';
import type { Props } from './view.ts';
import { stepsOf } from './walk.ts';
import { WalkBar } from './walk-bar.tsx';

/** `afterWalk`: what else a document shows there. */
export function Report({ view, afterWalk }: Props & { readonly afterWalk?: ComponentChildren }) {
  return (
    <article class="report" aria-labelledby={view.id('title')}>
      <Heading view={view} />
      <Diagnosis view={view} />
      <div class="pair">
        <Fault view={view} />
        <Verdict view={view} />
      </div>
      <Walk view={view} />
      {afterWalk}
      <div class="pair">
        <Stack view={view} />
        <Trace view={view} />
      </div>
      <Log view={view} />
    </article>
  );
}

function Walk({ view }: Props) {
  const { leadUp, findings, replay } = view.report;
  const hasSteps = stepsOf(view.report).length > 0;
  const title = hasSteps
    ? 'How it got here'
    : replay.instruction === undefined
      ? 'Registers of the log'
      : 'Code around it';
  const origins = hasSteps ? findings.filter(({ kind }) => kind === 'address-origin') : [];
  return (
    <section class="panel" aria-labelledby={view.id('walk')}>
      <h3 id={view.id('walk')}>{title}</h3>
      {leadUp === undefined || !hasSteps ? null : <p class={leadUp.proved ? 'quiet' : 'unproved'}>{leadUp.text}</p>}
      <WalkBar view={view} />
      <div class={replay.instruction === undefined ? 'walk alone' : 'walk'}>
        <div>
          <Code view={view} />
          <Sentences texts={origins.map(({ text }) => text)} />
        </div>
        <div class="beside">
          <Registers view={view} />
          <Origin view={view} />
        </div>
      </div>
      {leadUp === undefined || !hasSteps ? null : (
        <details class="quiet" open>
          <summary>How to read the steps</summary>
          <Sentences texts={leadUp.legend} />
        </details>
      )}
    </section>
  );
}
