// What files with debug information tell, added to the JSON of a report. A run without such files needs nothing of it.

import type { ReportedBinary, ReportSources, SourceCall, SourcePlace } from '../../source-places/report-sources.ts';
import { binaryText, sourceText } from '../wording/binary.ts';
import type { ReportJson } from './contract/report.ts';
import { present } from './json-values.ts';

type SourceJson = NonNullable<ReportJson['replay']['source']>;
type BinaryJson = NonNullable<ReportJson['binaries']>[number];

/** The same report with `binaries` and the `source` of the fault, of each step, and of each entry of the call trace. */
export function withSources(json: ReportJson, sources: ReportSources): ReportJson {
  const { snapshot, replay, leadUp } = json;
  const steps = leadUp?.steps.map((step) => ({ ...step, ...sourceField(sources.atCode(step.offset | 0)) }));
  const trace = snapshot.trace?.map((entry, i) => {
    const place = sources.trace[i];
    return place === undefined ? entry : { ...entry, sourceFromFile: sourceToJson(place) };
  });
  return {
    ...json,
    snapshot: { ...snapshot, ...(trace && { trace }) },
    replay: { ...replay, ...sourceField(sources.fault) },
    ...(leadUp && steps && { leadUp: { ...leadUp, steps } }),
    binaries: sources.binaries.map(binaryToJson),
  };
}

function sourceField(place: SourcePlace | undefined): { readonly source?: SourceJson } {
  return place === undefined ? {} : { source: sourceToJson(place) };
}

function sourceToJson(place: SourcePlace): SourceJson {
  return { ...callToJson(place), basis: place.basis, inlined: place.inlined.map(callToJson), text: sourceText(place) };
}

function callToJson({ file, line, column, function: name }: SourceCall): SourceJson['inlined'][number] {
  return present({ file, line, column: column > 0 ? column : undefined, function: name });
}

function binaryToJson(reported: ReportedBinary): BinaryJson {
  const { binary, release, match } = reported;
  const places = match.match === 'proved' ? [match.place] : match.match === 'elsewhere' ? [] : match.places;
  return present({
    file: binary.path,
    buildId: binary.buildId,
    madeFor: binary.release,
    release,
    match: match.match,
    reason: 'reason' in match ? match.reason : undefined,
    places: places.map(({ section, offset }) => ({ section: section.name, offset })),
    patched: 'patched' in match ? match.patched : 0,
    unexplained: match.match === 'refused' ? match.unexplained : [],
    text: binaryText(reported),
  });
}
