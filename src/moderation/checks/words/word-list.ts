/**
 * Words of one language that a moderator should see before shoppers do. The lists are curated by
 * hand and hold severe words only.
 *
 * An entry is one whole word or several (`son of a bitch`; anything but letters may stand between
 * them). `fuck*` matches every word that begins with it, `*fuck*` every word that contains it.
 * Letters without accents match letters with any accent. An accent in an entry (`coño`) must also
 * be in the text; such entries exist where the word without the accent is ordinary. `ß` is `ss`.
 */
export interface WordList {
  /** Severe in this language, and not an ordinary word in any other listed language. */
  words: readonly string[];
  /** Severe in this language, but ordinary in another: found only in reviews of this language. */
  ordinaryElsewhere: readonly string[];
  /**
   * Ordinary words that an entry would match, in the syntax of entries. A find is dropped if one of
   * them covers the whole word.
   */
  allowed: readonly string[];
  /** Entries that have an ordinary meaning if one of these words occurs in the same text. */
  ordinaryBeside: Readonly<Record<string, readonly string[]>>;
}
