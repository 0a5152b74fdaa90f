// The files of a scenario under Node. Nothing outside its directory is opened, and what is written replaces a file as a whole.

import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { FileText, ScenarioFiles } from '../../scenario/scenario-files.ts';
import { readBounded, textOfBytes } from './bounded-read.ts';
import { type ConfinedPath, confine, isOutside, isSamePath } from './confined-path.ts';
import { inDirectory } from './held-directory.ts';
import { codeOf, FileProblem, systemReason } from './system-reason.ts';
import { replaceFile } from './write-aside.ts';

/** What decoding puts for bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd';

export function openScenario(directory: string): ScenarioFiles {
  let root: string;
  try {
    root = realpathSync(directory);
  } catch (error) {
    const isOtherName = codeOf(error) === 'ENOENT' && directory.includes(REPLACEMENT);
    const reason = isOtherName ? 'its name is not UTF-8; rename it' : systemReason(error);
    return unusable(`the directory cannot be opened: ${reason}`);
  }
  return {
    read: (name, limit) => read(root, name, limit),
    write: (name, text) => write(root, name, text),
    isSame(name, other) {
      const [one, two] = [confine(root, name), confine(root, other)];
      return !('problem' in one) && !('problem' in two) && isSamePath(one, two);
    },
  };
}

function read(root: string, name: string, limit: number): FileText {
  const place = confine(root, name);
  if ('problem' in place) return place;
  if (!place.exists) {
    const listing = listingProblem(place.parent);
    const problem = listing ?? `there is no file \`${name}\` in the directory of the scenario`;
    return { problem, ...(listing === undefined && { isMissing: true }) };
  }
  try {
    return {
      text: within(root, place, (base) =>
        textOfBytes(readBounded(join(base, place.name), { limit, links: 'refused' })),
      ),
    };
  } catch (error) {
    return { problem: `\`${name}\` cannot be read: ${systemReason(error)}` };
  }
}

function write(root: string, name: string, text: string): string | undefined {
  const place = confine(root, name);
  if ('problem' in place) return place.problem;
  try {
    within(root, place, (base) => replaceFile(base, place.name, text));
    return undefined;
  } catch (error) {
    return `\`${name}\` cannot be written: ${systemReason(error)}`;
  }
}

/** The directory is looked at again once it is held: a parent may have become a link since its name was resolved. */
function within<T>(root: string, { parent }: ConfinedPath, use: (base: string) => T): T {
  return inDirectory(parent, (base, real) => {
    if (isOutside(root, real)) throw new FileProblem('its directory was replaced by a link out of the scenario');
    return use(base);
  });
}

function listingProblem(directory: string): string | undefined {
  try {
    readdirSync(directory);
    return undefined;
  } catch (error) {
    return `the directory cannot be listed: ${systemReason(error)}`;
  }
}

function unusable(problem: string): ScenarioFiles {
  return { read: () => ({ problem }), write: () => problem, isSame: () => false };
}
