// Opens something in the browser of whoever runs the command.

import { spawn } from 'node:child_process';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** `target` is an address or a path. The variable `BROWSER` names another program. Calls `complain` where none can be started. */
export function openInBrowser(target: string, complain: (message: string) => void): void {
  const named = process.env.BROWSER;
  const [program = 'xdg-open', ...options] = named ? [named] : (OPENERS[process.platform] ?? ['xdg-open']);
  const child = spawn(program, [...options, target], { detached: true, stdio: 'ignore' });
  child.on('error', () => complain(`no browser could be started with ${program}; open ${target} yourself`));
  child.unref();
}
