// The carrier for kernel logs, whoever wrote them down: dmesg, syslog, a serial console, a mail, a hand.

import type { Carrier } from '../carrier.ts';
import { LINUX_LOG } from './carrier-name.ts';
import { readRegions } from './read-region.ts';
import { SearchingLogReader, startSignSearch } from './scan/byte-log-reader.ts';
import { type Region, RegionFinder } from './scan/find-regions.ts';

export const linuxLog: Carrier<Region> = {
  name: LINUX_LOG,
  // Reports stand anywhere in a log, so its start says nothing: every text may be one.
  recognises: () => true,
  createFinder: () => new RegionFinder(),
  createByteFinder(decoder, loadSearch) {
    const startSearch = (): ReturnType<typeof startSignSearch> | undefined => {
      const module = loadSearch?.();
      return module && startSignSearch(module);
    };
    return new SearchingLogReader(new RegionFinder(), decoder, loadSearch && startSearch);
  },
  read: readRegions,
};
