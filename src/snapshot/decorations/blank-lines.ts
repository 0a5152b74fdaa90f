// Blank lines separate nothing in a crash log: double spacing and empty records go.

import type { Stage } from '../log-line.ts';

export const dropBlankLines: Stage = (lines) => lines.filter((line) => line.text.trim() !== '');
