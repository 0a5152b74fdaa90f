// What if: values that a reader sets before an instruction, and what comes of it.

import { useEffect, useState } from 'preact/hooks';
import { Instruction } from '../frontends/view/fault.tsx';
import type { PageActions } from './page-props.ts';
import type { TrialOutcome } from './trial.ts';
import { type TrialEdit, trialEditOf, trialEditText } from './trial-edit.ts';

interface Props {
  readonly index: number;
  readonly position: number;
  readonly where: string;
  readonly edits: readonly TrialEdit[];
  readonly actions?: PageActions | undefined;
}

export function TrialPanel({ index, position, where, edits, actions }: Props) {
  const [outcome, setOutcome] = useState<TrialOutcome | string>();
  const [refused, setRefused] = useState('');
  useEffect(() => {
    setOutcome(undefined);
    if (edits.length === 0) return;
    let isLatest = true;
    void actions?.attempt(index, position, edits).then((found) => {
      if (isLatest) setOutcome(found);
    });
    return () => {
      isLatest = false;
    };
  }, [index, position, edits, actions?.attempt]);
  const add = (form: HTMLFormElement) => {
    const field = form.elements.namedItem('edit') as HTMLInputElement;
    const edit = trialEditOf(field.value);
    setRefused(edit === undefined ? `“${field.value}” is no change: write it as in the examples.` : '');
    if (edit === undefined) return;
    field.value = '';
    actions?.send({ kind: 'edits', edits: [...edits, edit] });
  };
  return (
    <section class="panel trial" aria-labelledby="trial">
      <h3 id="trial">What if</h3>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add(event.currentTarget);
        }}
      >
        <label for="trial-edit">Before {where}, set</label>
        <input
          id="trial-edit"
          name="edit"
          autocomplete="off"
          spellcheck={false}
          placeholder="ecx = 10"
          aria-describedby="trial-forms"
        />
        <button type="submit">Run on</button>
        <span id="trial-forms" class="quiet">
          a register, a flag, a word, or access to a page: <code>zf = 1</code>, <code>[f21fea80] = 0</code>,{' '}
          <code>page 9e28e000 open</code>
        </span>
      </form>
      {refused === '' ? null : <p class="unproved">{refused}</p>}
      {edits.length === 0 ? null : (
        <ul class="edits" aria-label="What is set">
          {edits.map((edit, i) => (
            <li key={edit}>
              <code>{trialEditText(edit)}</code>
              <button
                type="button"
                aria-label={`take ${trialEditText(edit)} back`}
                onClick={() => actions?.send({ kind: 'edits', edits: edits.filter((_, at) => at !== i) })}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <div aria-live="polite">{outcome === undefined ? null : <Outcome outcome={outcome} />}</div>
    </section>
  );
}

function Outcome({ outcome }: { readonly outcome: TrialOutcome | string }) {
  if (typeof outcome === 'string') return <p class="unproved">{outcome}</p>;
  const { end, text, differences, steps, more } = outcome;
  return (
    <>
      <p class={`sentence outcome-${end}`}>{text}</p>
      {differences.length === 0 ? null : (
        <ul class="sentences">
          {differences.map((difference) => (
            <li key={difference}>{difference}</li>
          ))}
        </ul>
      )}
      {steps.length === 0 ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with the keyboard
        <section class="scroll" aria-label="What would have run" tabIndex={0}>
          <ol class="tried">
            {steps.map(({ place, text: listing, changes }, i) => (
              <li key={i}>
                <span class="address">{place}</span>
                <Instruction text={listing} />
                <span class="effects">{changes.join(', ')}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
      {more > 0 ? <p class="quiet">{more} more instructions ran.</p> : null}
    </>
  );
}
