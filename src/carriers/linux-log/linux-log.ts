// The carrier for kernel logs, whoever wrote them down: dmesg, syslog, a serial console, a mail, a hand.

import type { Carrier } from '../carrier.ts';
import { LINUX_LOG } from './carrier-name.ts';
import { readRegions } from './read-region.ts';
import { createByteLogReader, startSignSearch } from './scan/byte-log-reader.ts';
import { createRegionReader, type Region } from './scan/find-regions.ts';

export const linuxLog: Carrier<Region> = {
  name: LINUX_LOG,
  // Reports stand anywhere in a log, so its start says nothing: every text may be one.
  recognises: () => true,
  createFinder: createRegionReader,
  createByteFinder(decoder, loadSearch) {
    const startSearch = (): ReturnType<typeof startSignSearch> | undefined => {
      const module = loadSearch?.();
      return module && startSignSearch(module);
    };
    return createByteLogReader(createRegionReader(), decoder, loadSearch && startSearch);
  },
  read: readRegions,
};
