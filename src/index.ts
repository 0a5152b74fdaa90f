// Public interface of the package without a platform: parse a log, replay its reports, explain them. No Node module is reachable from here;
// node/index.ts adds what Node can load.

export { type ForeignReport, type ParsedLog, parseLog } from './carriers/linux-log/parse-log.ts';
export { type Explanation, explain } from './explanation/explain.ts';
export type { Finding, StackRemark, StackWord } from './explanation/finding.ts';
export { type ErrorCode, ReplayError } from './machine/errors.ts';
export type { Fault, PageFault, Trap } from './machine/faults.ts';
export { hex32, type LinearAddress, type U32, u32 } from './machine/u32.ts';
export { crashSiteOf } from './reconstruction/crash-site-of.ts';
export type { KnownValue, LeadUp, LeadUpStep, Provenance } from './reconstruction/lead-up.ts';
export { type ReconstructionOptions, reconstruct } from './reconstruction/reconstruct.ts';
export type { Assumption } from './replay/assumption.ts';
export type { Check } from './replay/check.ts';
export { type ReplayParts, replaySnapshot } from './replay/replay.ts';
export type { FaultingOperand, Replay, Verdict } from './replay/replay-types.ts';
export type { Contradiction, Obstacle, VerdictReason } from './replay/verdict-reason.ts';
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
