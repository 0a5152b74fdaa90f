// Colour as meaning: the layout code names what a piece of text is, and a terminal that has no colour gets it plain.

import { painted } from '../painted-text.ts';

export type Role = 'title' | 'fault' | 'good' | 'bad' | 'quiet' | 'mark';

export type Paint = (role: Role, text: string) => string;

const SGR: Readonly<Record<Role, string>> = {
  title: '1',
  fault: '1;31',
  good: '32',
  bad: '31',
  quiet: '2',
  mark: '36',
};

export const plain: Paint = (_role, text) => text;

export const ansi: Paint = (role, text) => painted(SGR[role], text);
