// What kind of bug it is, whose it is, and what to do next: the first thing that a reader sees.

import type { Props } from './view.ts';

export function Diagnosis({ view }: Props) {
  const { diagnosis, blame, next } = view.report;
  const [first] = diagnosis;
  if (first === undefined && blame === undefined) return null;
  // A hint never stands alone as what it is.
  const isKnown = first !== undefined && first.strength !== 'hint';
  return (
    <section class="panel diagnosis" aria-labelledby={view.id('diagnosis')}>
      <h3 id={view.id('diagnosis')}>What kind of bug it is</h3>
      {isKnown ? null : <p>It cannot be told from this report.</p>}
      <ul>
        {diagnosis.map(({ text, strength }) => (
          <li key={text}>
            {sentence(text)} <span class={`strength ${strength}`}>{strength}</span>
          </li>
        ))}
      </ul>
      {blame === undefined ? null : <p class="blame">Look at {blame.text}</p>}
      {next.length === 0 ? null : (
        <details>
          <summary>What to do next</summary>
          <ul class="next">
            {next.map(({ command, purpose }) => (
              <li key={command}>
                <code>{command}</code> {purpose}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** Names keep their case. */
function sentence(text: string): string {
  return `${/^(it|the|a|control|this)\b/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text}.`;
}
