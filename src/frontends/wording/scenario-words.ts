// The sentences that scenarios expect parts of.

import type { ScenarioWords } from '../../scenario/scenario-words.ts';
import { cannotRunText } from './cannot-run.ts';
import { verdictReasonText } from './verdict-reason.ts';

export const SCENARIO_WORDS: ScenarioWords = { verdictReason: verdictReasonText, cannotRun: cannotRunText };
