// Connects the page with the browser: the worker, the address, what is pasted and dropped, the keys.

import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { jsonText } from '../frontends/json-text.ts';
import { visibleText } from '../machine/visible-text.ts';
import { App } from './app.tsx';
import { isReport } from './entry.ts';
import type { Example } from './example.ts';
import { logOfFile, logOfTransfer, pastedLog, saveFile } from './given-files.ts';
import { HELP_ID } from './help.tsx';
import { followLink, listenToKeys } from './page-events.ts';
import type { PageActions, ShareState } from './page-props.ts';
import type { GivenLog } from './protocol.ts';
import { changed, type PageState, sampleState } from './state.ts';
import { useAddress } from './use-address.ts';
import { useServed } from './use-served.ts';
import type { WorkerClient } from './worker-client.ts';

/** Milliseconds without a key after which what was typed is read. */
const TYPING_PAUSE = 250;

interface Props {
  readonly isWhole: boolean;
  readonly example: Example;
  readonly worker: Promise<WorkerClient>;
}

export function Controller({ example, isWhole, worker }: Props) {
  const [state, send] = useReducer(changed, sampleState(example.log, example.entries));
  const [said, say] = useState<string>();
  const [withoutTrace, leaveTraceOut] = useState(false);
  const typing = useRef<ReturnType<typeof setTimeout>>();

  const read = useCallback(
    async (log: GivenLog, selected = 0, again = false) => {
      say(undefined);
      send({ kind: 'given', log, selected, again });
      try {
        const client = await worker;
        const remarks = await client.examine(log, (entry) => send({ kind: 'entry', entry }));
        if (remarks) send({ kind: 'examined', remarks });
      } catch (error) {
        send({ kind: 'failed', message: messageOf(error) });
      }
    },
    [worker],
  );
  const fail = useCallback((error: unknown) => send({ kind: 'failed', message: messageOf(error) }), []);
  const readServed = useCallback((log: GivenLog, again: boolean) => read(log, 0, again), [read]);
  const address = useAddress({ state, send, read, fail, withoutTrace });

  const served = useServed(readServed, fail, address.holdsLog);

  // The worker has the example too, for its text and its file; the page shows it already.
  useEffect(() => {
    if (!address.holdsLog) void worker.then((client) => client.examine(example.log, () => undefined)).catch(fail);
  }, [worker, example, fail, address.holdsLog]);
  useEffect(() => listenToBrowser(read, fail), [read, fail]);
  useEffect(() => listenToKeys(send, showHelp), []);
  useEffect(() => {
    document.title = titleOf(state);
  }, [state]);

  const attempt = useCallback<PageActions['attempt']>(
    (index, position, edits) =>
      worker
        .then((client) => client.try(index, position, edits))
        .then((outcome) => outcome ?? 'This report has no code that could be run with other values.', messageOf),
    [worker],
  );
  const memory = useCallback<PageActions['memory']>(
    (index, position) => worker.then((client) => client.memory(index, position)).catch(() => []),
    [worker],
  );
  const actions = useMemo<PageActions>(() => {
    const done = (what: Promise<string>) => void what.then(say, (error) => say(messageOf(error)));
    const name = state.log.file.replace(/\.\w+$/, '');
    return {
      send,
      paste: (text) => {
        clearTimeout(typing.current);
        if (text.trim() !== '') typing.current = setTimeout(() => void read(pastedLog(text)), TYPING_PAUSE);
      },
      chooseFile: (file) => void logOfFile(file).then(read, fail),
      copyLink: () => done(copied(location.href, 'The link')),
      leaveTraceOut,
      copyText: () =>
        done(worker.then((client) => client.text(state.selected)).then((text) => copied(text, 'The text'))),
      saveHtml: () =>
        done(
          worker
            .then((client) => client.html())
            .then((html) => saveFile(`${name}.html`, html, 'text/html'))
            .then(() => 'The file holds all reports of the log.'),
        ),
      saveJson: () => {
        const lines = state.entries.flatMap((each) => (isReport(each) ? [`${jsonText(each.report)}\n`] : []));
        saveFile(`${name}.json`, lines.join(''), 'application/json');
        say('The file has one line for each report.');
      },
      attempt,
      memory,
      showHelp,
    };
  }, [state, worker, read, fail, attempt, memory]);
  const share: ShareState = { ...address.share, withoutTrace, ...(said !== undefined && { said }) };
  return <App state={state} share={share} isWhole={isWhole} served={served} actions={actions} />;
}

function titleOf({ entries, selected, isSample }: PageState): string {
  const entry = entries[selected];
  if (isSample || entry === undefined || !isReport(entry)) return 'replay: see how a Linux crash happened';
  const { title, kind, where = '' } = entry.report.report;
  return visibleText(`${title ?? kind} ${where}: replay`);
}

async function copied(text: string, what: string): Promise<string> {
  await navigator.clipboard.writeText(text);
  return `${what} is copied.`;
}

function showHelp(): void {
  const dialog = document.getElementById(HELP_ID);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** What is dropped anywhere, what is pasted outside of a text field, and links inside of the page. */
function listenToBrowser(read: (log: GivenLog) => Promise<void>, fail: (error: unknown) => void): () => void {
  const take = (transfer: DataTransfer | null) =>
    void logOfTransfer(transfer)
      .then((log) => log && read(log))
      .catch(fail);
  const listeners = {
    dragover: (event: DragEvent) => {
      event.preventDefault();
      showDropping(true);
    },
    // It leaves the window where it enters nothing else.
    dragleave: (event: DragEvent) => showDropping(event.relatedTarget !== null),
    drop: (event: DragEvent) => {
      event.preventDefault();
      showDropping(false);
      take(event.dataTransfer);
    },
    paste: (event: ClipboardEvent) => {
      if (event.target instanceof HTMLTextAreaElement) return;
      take(event.clipboardData);
    },
    click: followLink,
  };
  for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener as EventListener);
  document.documentElement.classList.add('walks');
  return () => {
    for (const [name, listener] of Object.entries(listeners))
      document.removeEventListener(name, listener as EventListener);
  };
}

function showDropping(isDropping: boolean): void {
  document.documentElement.classList.toggle('dropping', isDropping);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
