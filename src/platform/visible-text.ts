/**
 * Checks every text that the service accepts: whether a reader sees something of it, and whether it
 * holds characters that change how other text is displayed. The functions are pure and take time
 * linear in the text's length.
 */

/**
 * Characters that are invisible by themselves: spaces, controls, combining marks, those that Unicode
 * calls default-ignorable (zero-width characters, Hangul fillers, variation selectors, tags), and
 * four kinds that are drawn blank: the empty Braille pattern, the null notehead, the object
 * replacement character and noncharacters.
 */
const INVISIBLE =
  /[\p{White_Space}\p{Z}\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\u{1d159}\ufffc]/u;

const SOMETHING_VISIBLE = new RegExp(`[^${INVISIBLE.source.slice(1)}`, 'u');

export function hasVisibleText(text: string): boolean {
  return SOMETHING_VISIBLE.test(text);
}

/** Controls of ISO 6429, except tab, line feed and carriage return. */
const CONTROL = /[^\P{Cc}\t\n\r]/u;
/** All controls of ISO 6429, for text of one line. */
const CONTROL_OR_BREAK = /\p{Cc}/u;
/**
 * Characters that change the display order of the text beside them: embeddings, overrides, isolates
 * and their ends.
 */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069]/;
/**
 * Overrides force a display order on all letters: "txt.exe" is shown as "exe.txt". No language needs
 * them.
 */
const OVERRIDE = /[\u202d\u202e]/;

/**
 * Finds the first character that is not allowed in text of one line, such as a name or a title: a
 * control, or one that changes the direction of the text beside it. Direction marks (U+200E, U+200F,
 * U+061C) do not change the text beside them, and Persian, Indic scripts and emoji need joiners, so
 * both are allowed.
 *
 * @returns its name, like `U+202E`, or null when all characters are allowed
 */
export function unfitForLine(text: string): string | null {
  return nameOf(CONTROL_OR_BREAK.exec(text)) ?? nameOf(DIRECTION.exec(text));
}

/**
 * The same for text of several lines. Tabs and line breaks are allowed. Right-to-left keyboards and
 * messengers put embeddings and isolates around names and numbers, so these are allowed if each is
 * closed in its own line and so cannot affect another.
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

/** Finds an end that closes nothing, or else the first embedding or isolate that stays open. */
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
