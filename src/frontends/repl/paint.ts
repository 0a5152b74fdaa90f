// Colour as meaning. Without colour the marks say the same.

import { painted } from '../painted-text.ts';

export type Role = 'heading' | 'changed' | 'current' | 'quiet' | 'fault' | 'assumed';

export type Paint = (role: Role, text: string) => string;

const SGR: Readonly<Record<Role, string>> = {
  heading: '2',
  changed: '1;33',
  current: '1;36',
  quiet: '2',
  fault: '1;31',
  assumed: '35',
};

export const plain: Paint = (_role, text) => text;

export const coloured: Paint = (role, text) => painted(SGR[role], text);
