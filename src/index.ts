// The library without a platform: no Node module is reachable from here, so a browser can import it. node/index.ts adds what Node can load.
// What is exported here is the public interface (test/library.test.ts has the list); docs/library.md shows how it is used.

export type { ForeignReport, ParsedLog } from './carriers/carrier.ts';
export { readLog, readLogStream } from './carriers/read-log.ts';
export type { Syntax } from './decoder/decoder.ts';
export type { Instruction } from './decoder/instruction.ts';
export { EarlierReports } from './diagnosis/earlier-reports.ts';
export { type ExaminationOptions, examine } from './examination/examine.ts';
export type { ExaminedReport } from './examination/examined-report.ts';
export { openSession, type SessionOptions } from './examination/open-session.ts';
export type { Explanation } from './explanation/explain.ts';
export type { Finding, StackRemark, StackWord } from './explanation/finding.ts';
export type { ReportJson } from './frontends/json/contract/report.ts';
export { type JsonOptions, toJson } from './frontends/json/json.ts';
export { toText } from './frontends/text/report.ts';
export { type ErrorCode, ReplayError } from './machine/errors.ts';
export type { Fault, PageFault, Trap } from './machine/faults.ts';
export { hex32, type LinearAddress, type U32, u32 } from './machine/u32.ts';
export type { KnownValue, LeadUp, LeadUpStep, Provenance } from './reconstruction/lead-up.ts';
export type { ReconstructionOptions } from './reconstruction/reconstruct.ts';
export type { Assumption } from './replay/assumption.ts';
export type { Check } from './replay/check.ts';
export type { ReplayParts } from './replay/replay.ts';
export type { FaultingOperand, Replay, Verdict } from './replay/replay-types.ts';
export type { Contradiction, Obstacle, VerdictReason } from './replay/verdict-reason.ts';
export type { Edit } from './session/edit.ts';
export type { KnownByte } from './session/known-value.ts';
export type { MachineView } from './session/machine-view.ts';
export type { Session } from './session/session.ts';
export type { StopReason } from './session/stop-reason.ts';
export type { Position } from './session/timeline.ts';
export type { Diagnostic } from './snapshot/diagnostic.ts';
export type { Evidence, FileRangeEvidence, LineEvidence } from './snapshot/evidence.ts';
export {
  type CodeWindow,
  codeWindowOf,
  type MemorySegment,
  type StackDump,
  type StackWords,
  stackWordsOf,
} from './snapshot/memory.ts';
export type { Snapshot, Sourced, SymbolReference } from './snapshot/snapshot.ts';
