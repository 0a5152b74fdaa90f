// The sentences that scenarios expect parts of.

import type { ScenarioWords } from '../../scenario/scenario-words.ts';
import { variationStopText } from './stop.ts';
import { verdictReasonText } from './verdict-reason.ts';

export const SCENARIO_WORDS: ScenarioWords = { verdictReason: verdictReasonText, stop: variationStopText };
