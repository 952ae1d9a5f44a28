/**
 * What of a text a reader sees, and what in it changes how other text is seen. One place decides it
 * for every text that the service takes. Pure and linear in the text's length.
 */

/**
 * Nothing of these can be seen by itself: spaces, controls, marks that need a letter to stand on,
 * what Unicode calls default-ignorable (zero-width characters, Hangul fillers, variation selectors,
 * tags), and four that are drawn blank: the empty Braille pattern, the null notehead, the object
 * replacement character and noncharacters.
 */
const INVISIBLE =
  /[\p{White_Space}\p{Z}\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\u{1d159}\ufffc]/u;

const SOMETHING_VISIBLE = new RegExp(`[^${INVISIBLE.source.slice(1)}`, 'u');

export function hasVisibleText(text: string): boolean {
  return SOMETHING_VISIBLE.test(text);
}

/** Controls of ISO 6429, but for tab and the two characters of a line break. */
const CONTROL = /[^\P{Cc}\t\n\r]/u;
/** All of them: for what stands in one line. */
const CONTROL_OR_BREAK = /\p{Cc}/u;
/**
 * They show the text beside them in another order than it is written: embeddings, overrides,
 * isolates and their ends.
 */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069]/;
/**
 * They order letters by force, against what the letters are: "exe.txt" is shown for "txt.exe". No
 * language needs them.
 */
const OVERRIDE = /[\u202d\u202e]/;

/**
 * The first character that may not stand in a line of its own, such as a name or a title: a
 * control, or one that changes the direction of the text beside it. Marks of a direction (U+200E,
 * U+200F, U+061C) change nothing beside them, and joiners belong to Persian, Indic scripts and
 * emoji: they may stand.
 *
 * @returns its name, like `U+202E`, or null
 */
export function unfitForLine(text: string): string | null {
  return nameOf(CONTROL_OR_BREAK.exec(text)) ?? nameOf(DIRECTION.exec(text));
}

/**
 * The same for text of several lines. Tabs and line breaks stay. Right-to-left keyboards and
 * messengers put embeddings and isolates around names and numbers, so these may stand if each is
 * closed in its own line, where it then ends.
 */
export function unfitForLines(text: string): string | null {
  const control = nameOf(CONTROL.exec(text)) ?? nameOf(OVERRIDE.exec(text));
  if (control !== null || !DIRECTION.test(text)) return control;
  return text
    .split(/[\n\r\u0085\u2028\u2029]/)
    .reduce<string | null>((found, line) => found ?? unclosed(line), null);
}

const CLOSED_BY: Readonly<Record<string, string>> = {
  '\u202a': '\u202c',
  '\u202b': '\u202c',
  '\u2066': '\u2069',
  '\u2067': '\u2069',
  '\u2068': '\u2069',
};

/**
 * The first embedding or isolate of a line that is not closed in it, or an end that closes none.
 */
function unclosed(line: string): string | null {
  const open: string[] = [];
  for (const [character] of line.matchAll(/[\u202a-\u202c\u2066-\u2069]/g)) {
    if (character in CLOSED_BY) open.push(character);
    else if (CLOSED_BY[open.at(-1) ?? ''] === character) open.pop();
    else return nameOf([character]);
  }
  return open.length > 0 ? nameOf(open) : null;
}

function nameOf(found: readonly string[] | null): string | null {
  const codePoint = found?.[0]?.codePointAt(0);
  return codePoint === undefined
    ? null
    : `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}
