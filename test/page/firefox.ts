// Debian's Firefox through Marionette, its own remote protocol: packets `length:[type, number, command, parameters]` over TCP.
// firefox-source-docs.mozilla.org/testing/marionette/Protocol.html

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FIREFOX = '/usr/bin/firefox-esr';
export const missingFirefox = statSync(FIREFOX, { throwIfNoEntry: false })?.isFile()
  ? undefined
  : 'no Firefox (Debian: firefox-esr)';
if (missingFirefox !== undefined) console.warn(`The test of the page in Firefox is skipped: ${missingFirefox}.`);

/** Milliseconds between two looks at something that will come. */
const PAUSE = 100;

export class Firefox {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #socket: Socket;
  readonly #answers = new Map<number, (answer: readonly [unknown, unknown]) => void>();
  #received = Buffer.alloc(0);
  #last = 0;

  private constructor(process: ChildProcess, profile: string, socket: Socket) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
  }

  static async launch(): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), 'replay-firefox-'));
    writeFileSync(join(profile, 'user.js'), 'user_pref("marionette.port", 0);\n');
    const child = spawn(FIREFOX, ['--headless', '--marionette', '--no-remote', '--profile', profile], {
      stdio: 'ignore',
      env: { PATH: process.env.PATH, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' },
    });
    const portFile = join(profile, 'MarionetteActivePort');
    while (!existsSync(portFile)) await pause();
    const socket = connect(Number(readFileSync(portFile, 'utf8')), '127.0.0.1');
    const firefox = new Firefox(child, profile, socket);
    await firefox.send('WebDriver:NewSession', {});
    return firefox;
  }

  /** Rejects with what Firefox says of it. */
  send(command: string, parameters: Readonly<Record<string, unknown>>): Promise<unknown> {
    const number = ++this.#last;
    const packet = JSON.stringify([0, number, command, parameters]);
    this.#socket.write(`${Buffer.byteLength(packet)}:${packet}`);
    return new Promise((resolve, reject) => {
      this.#answers.set(number, ([error, result]) => (error === null ? resolve(result) : reject(error)));
    });
  }

  /** What `script`, the body of a function, returns in the page. */
  async run(script: string, ...args: readonly unknown[]): Promise<unknown> {
    const answer = (await this.send('WebDriver:ExecuteScript', { script, args, sandbox: null })) as { value: unknown };
    return answer.value;
  }

  /** Waits until `script` returns something. */
  async until(script: string, ...args: readonly unknown[]): Promise<unknown> {
    for (let waited = 0; waited < 20_000; waited += PAUSE) {
      const found = await this.run(script, ...args);
      if (found) return found;
      await pause();
    }
    throw new Error(`it did not come true: ${script}`);
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    await this.send('Marionette:Quit', { flags: ['eForceQuit'] }).catch(() => undefined);
    await ended;
    this.#socket.destroy();
    rmSync(this.#profile, { recursive: true, force: true });
  }

  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const colon = this.#received.indexOf(':');
      if (colon < 0) return;
      const end = colon + 1 + Number(this.#received.subarray(0, colon).toString());
      if (this.#received.length < end) return;
      const message: unknown = JSON.parse(this.#received.subarray(colon + 1, end).toString());
      this.#received = this.#received.subarray(end);
      // The first packet is a greeting.
      if (Array.isArray(message)) this.#answers.get(message[1])?.([message[2], message[3]]);
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE));
}
