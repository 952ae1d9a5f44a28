/** The content of a JSON string in the form of a quoted CSV field. */
export function csvJsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('"', '""');
}

/** A whole JSON text as a quoted CSV field. */
export function csvField(json: string): string {
  return `"${json.replaceAll('"', '""')}"`;
}

/**
 * The same text in one piece. V8 keeps a joined text as a tree of its parts and walks the tree each
 * time it is written. For texts that are written often, with characters below U+0100 only.
 */
export function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
