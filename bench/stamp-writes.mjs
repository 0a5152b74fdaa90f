// To be imported before the command: writes on standard error, at its end, when it wrote each report (milliseconds since it started).

const stamps = [];
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (...words) => {
  if (words[0].length > 0) stamps.push(performance.now());
  return write(...words);
};
process.on('exit', () => process.stderr.write(`\nstamps ${JSON.stringify(stamps)}\n`));
