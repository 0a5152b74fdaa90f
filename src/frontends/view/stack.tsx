// The stack dump with what its words mean, and the call trace of the log.

import { hex32, wrapU32 } from '../../machine/u32.ts';
import { PlaceLink } from './heading.tsx';
import { digits, type Props } from './view.ts';

export function Stack({ view }: Props) {
  const { snapshot, stackRemarks } = view.report;
  const { words = [], start } = snapshot.stack ?? {};
  if (words.length === 0) return null;
  const remarks = new Map(stackRemarks.map((word) => [word.index, word.remarks]));
  return (
    <section class="panel" aria-labelledby={view.id('stack')}>
      <h3 id={view.id('stack')}>
        Stack <PlaceLink view={view} path="stack" />
      </h3>
      <table class="stack">
        <thead class="aside">
          <tr>
            <th scope="col">address</th>
            <th scope="col">word</th>
            <th scope="col">what it is</th>
          </tr>
        </thead>
        <tbody>
          {words.map((word, index) => {
            const said = remarks.get(index) ?? [];
            return (
              <tr key={index} class={said.length > 0 ? 'remarked' : ''}>
                <th scope="row">{start === undefined ? `word ${index}` : hex32(wrapU32(Number(start) + 4 * index))}</th>
                <td>{digits(word)}</td>
                <td>{said.map(({ text }) => text).join(', ')}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

export function Trace({ view }: Props) {
  const { trace = [] } = view.report.snapshot;
  if (trace.length === 0) return null;
  return (
    <section class="panel" aria-labelledby={view.id('trace')}>
      <h3 id={view.id('trace')}>Call trace</h3>
      <ol class="trace">
        {trace.map(({ address, symbol, reliable }, i) => (
          <li key={i} id={view.id(`trace[${i}]`)} class={reliable ? '' : 'doubtful'}>
            <span class="address">{address === undefined ? '' : digits(address)}</span>
            <span class="symbol">{symbol ?? ''}</span>
            <span class="tag">{reliable ? '' : 'not in the chain of frames'}</span>
            <PlaceLink view={view} path={`trace[${i}]`} />
          </li>
        ))}
      </ol>
    </section>
  );
}
