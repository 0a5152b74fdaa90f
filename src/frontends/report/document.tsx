// A report in one HTML file: everything is there to be read without scripts, and the same components make it walkable with them.

import { renderToString } from 'preact-render-to-string';
import { visibleText } from '../../machine/visible-text.ts';
import { jsonText } from '../json-text.ts';
import { Report } from '../view/report.tsx';
import { startState } from '../view/walk-state.ts';
import { DATA_ID, type EmbeddedReport, rootId, viewOf } from './embedded.ts';

/** What is the same in every file; a hash is `sha256-…`, as a content security policy has it. */
export interface ReportAssets {
  readonly script: string;
  readonly scriptHash: string;
  readonly style: string;
  readonly styleHash: string;
  readonly version: string;
}

/** The whole file. It has no time in it: the same reports give the same bytes. */
export function reportDocument(file: string, reports: readonly EmbeddedReport[], assets: ReportAssets): string {
  const policy = `default-src 'none'; style-src '${assets.styleHash}'; script-src '${assets.scriptHash}'; base-uri 'none'; form-action 'none'`;
  const name = visibleText(file);
  const page = renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content={`replay ${assets.version}`} />
        <title>{`${name}: replay`}</title>
        <style>{SLOTS.style}</style>
      </head>
      <body>
        <header class="top">
          <h1>replay</h1>
          <span>{name}</span>
        </header>
        <main>
          {reports.length > 1 ? <Contents reports={reports} /> : null}
          {reports.map((report, i) => (
            <div key={rootId(i)} id={rootId(i)}>
              <Report view={viewOf(report, i, startState(report.report))} />
            </div>
          ))}
        </main>
        <footer class="foot">
          <p>
            Walk with <kbd>←</kbd> <kbd>→</kbd> or <kbd>k</kbd> <kbd>j</kbd>, <kbd>Home</kbd> <kbd>End</kbd>; choose a
            register to see where its value came from, then <kbd>w</kbd> goes there, <kbd>[</kbd> <kbd>]</kbd> to its
            changes.
          </p>
          <p>
            Made by replay {assets.version} (GPL-2.0). The file holds Preact (MIT, © Jason Miller) and sends nothing
            anywhere.
          </p>
        </footer>
        <script type="application/json" id={DATA_ID}>
          {SLOTS.data}
        </script>
        <script>{SLOTS.script}</script>
      </body>
    </html>,
  );
  const data = jsonText(reports).replace(/</g, '\\u003c');
  const [head = '', ...rest] = page.split(SLOT);
  const contents = [assets.style, data, assets.script];
  return `<!doctype html>\n${head}${rest.map((part, i) => `${contents[i] ?? ''}${part}`).join('')}\n`;
}

/** Stands where text goes in that markup would escape; no visible text holds its character. */
const SLOT = '\ufdd1';
const SLOTS = { style: SLOT, data: SLOT, script: SLOT };

function Contents({ reports }: { readonly reports: readonly EmbeddedReport[] }) {
  return (
    <nav aria-label="Reports of this file">
      <ol class="contents">
        {reports.map((entry, i) => {
          const { report, replay } = viewOf(entry, i, startState(entry.report)).report;
          return (
            <li key={rootId(i)}>
              <a href={`#${rootId(i)}`}>
                {report.title ?? report.kind} {report.where ?? ''}
              </a>{' '}
              <span class={`badge ${replay.verdict}`}>{replay.verdict.replace('-', ' ')}</span>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
