// The contract `replay/1`: what is printed for one report. Every view is a function of it.

import { count, type JsonSchema, type Of, object, oneOf, positive, schemaOf, text } from './describe.ts';
import { blame, diagnosis, next, signature } from './diagnosis.ts';
import { findings } from './findings.ts';
import { crashSite, leadUp, listing } from './lead-up.ts';
import { SCHEMA } from './names.ts';
import { replay } from './replay.ts';
import { registerRemarks, snapshot, stackRemarks } from './snapshot.ts';
import { binaries } from './source.ts';
import { diagnostics } from './values.ts';

const place = object(
  'Which report it is.',
  {
    file: text('As named on the command line; `<stdin>` for `-`.'),
    index: count('Counts the reports of the file.'),
    kind: oneOf(
      ['oops', 'bug', 'warning', 'double-fault', 'register-dump', 'panic', 'user-fault'],
      'What kind of report it is.',
    ),
    carrier: text('In what form the crash was handed over: `linux-log`.'),
    diagnostics,
  },
  {
    line: positive('First line of the report, for carriers that have lines.'),
    lines: positive('How many lines it has.'),
    title: text('What it is, in words; absent with `error`.'),
    where: text('Where it happened, in words.'),
  },
);

const head = { schema: oneOf([SCHEMA], 'Name and version of this contract.'), report: place };
const explained = { snapshot, replay, diagnosis, signature, next, findings, listing, registerRemarks, stackRemarks };
const rebuilt = { blame, leadUp, crashSite, binaries };
const failed = {
  error: object(
    'The report could not be examined: an error of this program. Then there is nothing else.',
    { code: text('`internal` for a bug.'), message: text('One sentence.') },
    {},
  ),
};

const explainedReport = object('A report that was examined.', { ...head, ...explained }, rebuilt);
const failedReport = object('A report that could not be examined.', { ...head, ...failed }, {});

/** Everything that either of them may hold, for the schema and the documentation. */
export const reportForm = object(
  'One report. Addresses and 32-bit values are 0x and eight digits. An absent field means that the log does not hold it; an empty list means looked, found none. Under replay/1 fields are added, never changed: ignore those that you do not know.',
  head,
  { ...failed, ...explained, ...rebuilt },
);

/** The JSON of a report that was examined: what `--json` prints, and what the text is made of. */
export type ReportJson = Of<typeof explainedReport>;
/** The JSON of a report that could not be examined. */
export type FailedReportJson = Of<typeof failedReport>;

/** `schema/replay-1.json`; `refused` is the strict form of our own tests. */
export function reportSchema(unknown: 'allowed' | 'refused'): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: SCHEMA,
    title: 'One report explained by replay --json',
    ...schemaOf(reportForm, unknown),
    oneOf: [{ required: Object.keys(explained) }, { required: Object.keys(failed) }],
  };
}
