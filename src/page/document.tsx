// The markup of the page, as the build writes it: the example is in it, so that it can be read before any script has run.

import { renderToString } from 'preact-render-to-string';
import { jsonText } from '../frontends/json-text.ts';
import { DATA_ID } from '../frontends/report/embedded.ts';
import { App } from './app.tsx';
import { APP_ID, type Example } from './example.ts';
import { LICENCES_ID } from './help.tsx';
import { HELD } from './modules.ts';
import { sampleState } from './state.ts';

/** What script, style and data the page uses: files beside it, or all of it inside. */
export type PageParts =
  | { readonly kind: 'folder' }
  | {
      readonly kind: 'whole';
      readonly style: string;
      readonly styleHash: string;
      readonly script: string;
      readonly scriptHash: string;
      /** By their names, licences and where the source is. */
      readonly licences: Readonly<Record<string, string>>;
      /** By the names of `HELD`, gzip in base64. */
      readonly held: Readonly<Record<keyof typeof HELD, string>>;
    };

export function pageDocument(example: Example, parts: PageParts): string {
  const isWhole = parts.kind === 'whole';
  const page = renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policyOf(parts)} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta
          name="description"
          content="Paste a 32-bit Linux crash log and walk through the instructions that led to it. Everything is worked out in the browser."
        />
        <title>replay: see how a Linux crash happened</title>
        <link rel="icon" href={ICON} />
        {isWhole ? <style>{SLOT}</style> : <link rel="stylesheet" href="style.css" />}
        {isWhole ? null : <script src="main.js" defer />}
      </head>
      <body>
        <div id={APP_ID}>
          <App state={sampleState(example.log, example.entries)} share={{ withoutTrace: false }} isWhole={isWhole} />
        </div>
        {parts.kind === 'whole' ? <Licences texts={parts.licences} /> : null}
        <script type="application/json" id={DATA_ID}>
          {SLOT}
        </script>
        {isWhole
          ? Object.values(HELD).map((id) => (
              <script key={id} type="text/plain" id={id}>
                {SLOT}
              </script>
            ))
          : null}
        {isWhole ? <script>{SLOT}</script> : null}
      </body>
    </html>,
  );
  const data = jsonText(example).replace(/</g, '\\u003c');
  const contents =
    parts.kind === 'whole'
      ? [parts.style, data, ...Object.keys(HELD).map((name) => parts.held[name as keyof typeof HELD]), parts.script]
      : [data];
  const [head = '', ...rest] = page.split(SLOT);
  return `<!doctype html>\n${head}${rest.map((part, i) => `${contents[i] ?? ''}${part}`).join('')}\n`;
}

function Licences({ texts }: { readonly texts: Readonly<Record<string, string>> }) {
  return (
    <details id={LICENCES_ID} class="licences">
      <summary>Licences and source</summary>
      {Object.entries(texts).map(([name, text]) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          <pre>{text}</pre>
        </section>
      ))}
    </details>
  );
}

/** Stands where text goes in that markup would escape; no visible text holds it. */
const SLOT = '\ufdd1';

const ICON =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"%3E%3Cpath fill="%23b3261e" d="M3 3v10h2V3zm11 0L6 8l8 5z"/%3E%3C/svg%3E';

/** Both forbid whatever they do not name: text of a log that became markup could load nothing and run nothing. */
function policyOf(parts: PageParts): string {
  const own =
    parts.kind === 'whole'
      ? [
          `script-src '${parts.scriptHash}' blob: 'wasm-unsafe-eval'`,
          `style-src '${parts.styleHash}'`,
          'worker-src blob:',
        ]
      : ["script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "connect-src 'self'", "worker-src 'self'"];
  return ["default-src 'none'", ...own, 'img-src data:', "base-uri 'none'", "form-action 'none'"].join('; ');
}
