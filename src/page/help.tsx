// What the keys do, what the marks mean, whose work is in the page.

export const HELP_ID = 'help';

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [['←', '→', 'k', 'j'], 'one instruction before, one after'],
  [['Home', 'End'], 'the first instruction, the fault'],
  [['w'], 'where the value that was asked about came from'],
  [['[', ']'], 'its change before, its change after'],
  [['Esc'], 'end the question'],
  [['n', 'p'], 'the next report, the one before'],
  [['/'], 'paste another log'],
  [['?'], 'this help'],
];

const MARKS: readonly (readonly [string, string, string])[] = [
  ['', 'printed', 'the log shows the value'],
  ['·', 'derived', 'every execution that fits the log has it'],
  ['≈', 'assumed', 'one value of several that fit'],
  ['?', 'unknown', 'nothing in the log determines it'],
];

export function Help({ isWhole }: { readonly isWhole: boolean }) {
  return (
    <dialog id={HELP_ID} class="help" aria-labelledby="help-title">
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
      <h2 id="help-title">Walking through a crash</h2>
      <p>
        The page reads the log, runs the faulting instruction again in an emulated CPU, rebuilds the instructions before
        it and proves them by running them forward. Choose a register to see where its value came from.
      </p>
      <h3>Keys</h3>
      <dl class="keys">
        {KEYS.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <h3>How a value is known</h3>
      <dl class="keys">
        {MARKS.map(([mark, word, meaning]) => (
          <div key={word}>
            <dt>
              <span class={`value ${word === 'printed' ? 'observed' : word}`}>{mark}</span> {word}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <h3>What is kept</h3>
      <p>
        Nothing is sent, and nothing is kept. The address of the page holds the log that is shown, after the{' '}
        <code>#</code>, which browsers send to no server; whoever gets the link can read the log.
      </p>
      <h3>Licences</h3>
      <Notices isWhole={isWhole} />
    </dialog>
  );
}

/** Where the one file has the texts of licences. */
export const LICENCES_ID = 'licences';

/** What the page carries of others: their texts lie beside it, or in it. */
function Notices({ isWhole }: { readonly isWhole: boolean }) {
  const text = (file: string, word = 'licence') => <a href={isWhole ? `#${LICENCES_ID}` : file}>{word}</a>;
  return (
    <ul class="notices">
      <li>
        replay, and this page as a whole: GPL-2.0-only ({text('LICENSE.txt')}, {text('SOURCE.txt', 'source')})
      </li>
      <li>the emulated CPU: Unicorn 1.0.3, GPL-2.0 ({text('LICENSE.txt')})</li>
      <li>the disassembler: iced-x86 1.21.0, MIT, © iced project and contributors ({text('LICENSE.iced-x86')})</li>
      <li>the components: Preact, MIT, © Jason Miller ({text('LICENSE.preact')})</li>
    </ul>
  );
}
