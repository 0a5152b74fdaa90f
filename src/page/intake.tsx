// Where a log comes in: pasted or typed, as a file, dropped anywhere on the page.

import { visibleText } from '../machine/visible-text.ts';
import type { PageProps } from './page-props.ts';

export const PASTE_ID = 'paste';

export function Intake({ state, actions }: Pick<PageProps, 'state' | 'actions'>) {
  return (
    <section class="intake" aria-label="Crash log">
      <label class="aside" for={PASTE_ID}>
        Paste a crash log
      </label>
      <textarea
        id={PASTE_ID}
        rows={3}
        spellcheck={false}
        autocomplete="off"
        placeholder={'Paste a log here: an oops, a BUG, a general protection fault, a “segfault at” line…'}
        onInput={(event) => actions?.paste(event.currentTarget.value)}
      />
      <div class="intake-side">
        <label class="file">
          <input
            type="file"
            aria-label="Choose a log file"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file) actions?.chooseFile(file);
              currentTarget.value = '';
            }}
          />
          <span aria-hidden="true">Choose a file</span>
        </label>
        <p>
          or drop one anywhere. It is worked out in this browser: <strong>nothing leaves the page.</strong>
        </p>
        <p class="given">{givenText(state)}</p>
      </div>
    </section>
  );
}

function givenText({ log, isSample, entries }: PageProps['state']): string {
  if (isSample) return 'Below: an example, the crash of a 3.10 kernel.';
  const lines = log.text.split('\n').length;
  const count = entries.length;
  return `Below: ${visibleText(log.file)}, ${lines} line${lines === 1 ? '' : 's'}, ${count} report${count === 1 ? '' : 's'}.`;
}
