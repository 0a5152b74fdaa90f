// Where `replay serve` gives the page its logs: the first is shown, the others can be chosen, and one that grows is read again.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { GivenLog } from './protocol.ts';
import { isServed, servedLog, servedNames, watchServed } from './served-logs.ts';

export interface Served {
  readonly names: readonly string[];
  /** Of the one that is shown; absent where it is another log. */
  readonly shown?: number;
  readonly choose: (index: number) => void;
}

/** `read` is given `again` where the same log has grown. `isTaken`: the page was opened with a log of its own. */
export function useServed(
  read: (log: GivenLog, again: boolean) => Promise<void>,
  fail: (error: unknown) => void,
  isTaken: boolean,
): Served {
  const [names, setNames] = useState<readonly string[]>([]);
  const [shown, setShown] = useState<number>();
  const current = useRef<number>();
  const show = useCallback(
    (index: number, all: readonly string[], again: boolean) => {
      current.current = index;
      setShown(index);
      void servedLog(all[index] ?? '', index)
        .then((log) => read(log, again))
        .catch(fail);
    },
    [read, fail],
  );
  useEffect(() => {
    if (!isServed()) return;
    let end: () => void = () => undefined;
    void servedNames()
      .then((all) => {
        setNames(all);
        if (all.length > 0 && !isTaken) show(0, all, false);
        end = watchServed((index) => {
          if (index === current.current) show(index, all, true);
        });
      })
      .catch(fail);
    return () => end();
  }, [show, fail, isTaken]);
  const choose = useCallback((index: number) => show(index, names, false), [show, names]);
  return { names, choose, ...(shown !== undefined && { shown }) };
}
