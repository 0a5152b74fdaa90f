// Memory in its three states, as bytes: shown where the reader opens it.

import { useEffect, useState } from 'preact/hooks';
import type { MemoryRow, ShownByte } from './memory.ts';
import type { PageActions } from './page-props.ts';

interface Props {
  readonly index: number;
  readonly position: number;
  readonly where: string;
  readonly actions?: PageActions | undefined;
}

export function MemoryPanel({ index, position, where, actions }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [rows, setRows] = useState<readonly MemoryRow[]>([]);
  useEffect(() => {
    if (!isOpen) return;
    let isLatest = true;
    void actions?.memory(index, position).then((found) => {
      if (isLatest) setRows(found);
    });
    return () => {
      isLatest = false;
    };
  }, [isOpen, index, position, actions?.memory]);
  return (
    <section class="panel" aria-labelledby="memory">
      <h3 id="memory">Memory before {where}</h3>
      <details class="memory" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>Every byte that is known, and where the fault was</summary>
        {rows.length === 0 ? (
          <p class="quiet">Nothing of it is known.</p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with the keyboard
          <section class="scroll" aria-label="Bytes of memory" tabIndex={0}>
            <Rows rows={rows} />
          </section>
        )}
        <p class="quiet">
          <span class="byte">89</span> printed, <span class="byte derived">89</span> derived,{' '}
          <span class="byte assumed">89</span> assumed, <span class="byte">··</span> absent: nothing says what it is,{' '}
          <span class="byte refused">××</span> refused: the log says that touching it faults
        </p>
      </details>
    </section>
  );
}

const ROW_HALF = 8;

const PARTS: Readonly<Record<MemoryRow['part'], string>> = {
  fault: 'the fault',
  code: 'code',
  stack: 'stack',
  other: '',
};

function Rows({ rows }: { readonly rows: readonly MemoryRow[] }) {
  return (
    <table class="hex">
      <thead class="aside">
        <tr>
          <th scope="col">address</th>
          <th scope="col">bytes</th>
          <th scope="col">as text</th>
          <th scope="col">part</th>
          <th scope="col">how they are known</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ address, bytes, part, isApart }) => (
          <tr key={address} class={`${isApart ? 'apart ' : ''}${part}`}>
            <th scope="row">{address}</th>
            <td>
              {bytes.map((byte, i) => (
                <>
                  {i === 0 ? '' : i === ROW_HALF ? '  ' : ' '}
                  <span key={i} class={`byte ${byte.kind}`}>
                    {byteText(byte)}
                  </span>
                </>
              ))}
            </td>
            <td class="letters">{bytes.map(letterOf).join('')}</td>
            <td>{PARTS[part]}</td>
            <td>{wordsOf(bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function byteText(byte: ShownByte): string {
  if ('value' in byte) return byte.value.toString(16).padStart(2, '0');
  return byte.kind === 'absent' ? '··' : '××';
}

function letterOf(byte: ShownByte): string {
  if (!('value' in byte)) return ' ';
  return byte.value > 0x20 && byte.value < 0x7f ? String.fromCharCode(byte.value) : '.';
}

function wordsOf(bytes: readonly ShownByte[]): string {
  const kinds = new Set(bytes.map(({ kind }) => (kind === 'observed' ? 'printed' : kind)));
  if (kinds.size > 1) kinds.delete('absent');
  return [...kinds].join(', ');
}
