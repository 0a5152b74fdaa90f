// To be imported before the command: writes on standard error, at its end, when it wrote each report (milliseconds since it started).

import fs from 'node:fs';

const STANDARD_OUTPUT = 1;
const stamps = [];
const { writeSync } = fs;
fs.writeSync = (file, ...words) => {
  if (file === STANDARD_OUTPUT) stamps.push(performance.now());
  return writeSync(file, ...words);
};
process.on('exit', () => writeSync(2, `\nstamps ${JSON.stringify(stamps)}\n`));
