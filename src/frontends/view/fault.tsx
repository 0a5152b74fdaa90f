// The fault: the sentence, the instruction, the address as a sum, the findings.

import { codeName, type Props } from './view.ts';

export function Fault({ view }: Props) {
  const { replay, snapshot, findings } = view.report;
  const { fault, instruction, addressSum = [] } = replay;
  const said = fault?.text ?? snapshot.trap.text;
  const shown = findings.filter(({ kind }) => !SHOWN_ELSEWHERE.has(kind));
  if (said === undefined && instruction === undefined && shown.length === 0) return null;
  return (
    <section class="panel" aria-labelledby={view.id('fault')}>
      <h3 id={view.id('fault')}>
        {fault === undefined ? 'What the log says' : fault.supposed ? 'The fault, as supposed' : 'The fault'}
      </h3>
      {said === undefined ? null : <p class={fault === undefined ? 'sentence' : 'sentence raised'}>{said}</p>}
      {instruction === undefined ? null : (
        <p class="instruction">
          <span class="address">{codeName(instruction)}</span>
          <Instruction text={instruction.text} />
          <span class="bytes">{spaced(instruction.bytes)}</span>
        </p>
      )}
      {addressSum.length === 0 ? null : <Sum rows={addressSum} />}
      {shown.length === 0 ? null : <Sentences texts={shown.map(({ text }) => text)} />}
    </section>
  );
}

/** What the sentence and the sum already show; an origin is shown beside the lead-up. */
const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set([
  'address-wrapped',
  'user-address-in-kernel',
  'cause',
  'address-origin',
]);

type SumRows = NonNullable<Props['view']['report']['replay']['addressSum']>;

function Sum({ rows }: { readonly rows: SumRows }) {
  return (
    <table class="sum">
      <caption class="aside">How the address is made</caption>
      <tbody>
        {rows.map(({ sign, label, value, remark = '' }) => (
          <tr key={`${sign}${label}`} class={sign === '=' ? 'total' : sign === '·' ? 'stored' : ''}>
            <td class="sign">{sign === '·' ? '' : sign}</td>
            <th scope="row">{label === '' ? <span class="aside">sum</span> : label}</th>
            <td class="number">{value}</td>
            <td class="remark">{remark}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A list of sentences. */
export function Sentences({ texts }: { readonly texts: readonly string[] }) {
  return (
    <ul class="sentences">
      {[...new Set(texts)].map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

/** Listing text with its mnemonic set off. */
export function Instruction({ text }: { readonly text: string }) {
  const [, mnemonic = '', rest = ''] = /^(\S+)(.*)$/s.exec(text) ?? [];
  return (
    <code class="listing">
      <b>{mnemonic}</b>
      {rest}
    </code>
  );
}

/** `89 34 88` of `893488`. */
export function spaced(bytes: string): string {
  return bytes.replace(/..(?=.)/g, '$& ');
}
