// The verdict, every point that was compared, and what was taken for granted.

import { Sentences } from './fault.tsx';
import type { Props } from './view.ts';

export function Verdict({ view }: Props) {
  const { verdict, text, checks, remedy, inferred, codeBaseText, assumptions } = view.report.replay;
  const granted = [inferred, codeBaseText, ...assumptions.map(({ message }) => message)].filter(
    (said) => said !== undefined,
  );
  return (
    <section class={`panel verdict ${verdict}`} aria-labelledby={view.id('verdict')}>
      <h3 id={view.id('verdict')}>The verdict</h3>
      <p class="sentence">{text}</p>
      {verdict === 'not-replayable' && remedy !== undefined ? <p>It would need {remedy}.</p> : null}
      {checks.length === 0 ? null : <Checks view={view} />}
      {granted.length === 0 ? null : (
        <>
          <h4>Inferred or taken for granted</h4>
          <Sentences texts={granted} />
        </>
      )}
    </section>
  );
}

function Checks({ view }: Props) {
  return (
    <table class="checks">
      <caption class="aside">Every point that was compared</caption>
      <thead>
        <tr>
          <th scope="col">compared</th>
          <th scope="col">log</th>
          <th scope="col">replay</th>
          <th scope="col">outcome</th>
        </tr>
      </thead>
      <tbody>
        {view.report.replay.checks.map(({ name, title, expected, actual, passed, note }) => (
          <tr key={name} class={passed ? 'passed' : 'failed'}>
            <th scope="row">
              {title}
              {note === undefined ? null : <small>{note}</small>}
            </th>
            <td>{expected}</td>
            <td>{actual}</td>
            <td class="outcome">
              <span aria-hidden="true">{passed ? '✓' : '✗'}</span> {passed ? 'agrees' : 'differs'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
