/**
 * Words of one language that a moderator should see before shoppers do: severe ones only, curated
 * by hand.
 *
 * An entry is a whole word, or several (`son of a bitch`: anything but letters may stand between
 * them). `fuck*` is every word that begins so, `*fuck*` every word that holds it. Letters without
 * accents match letters with any; an accent in an entry (`coño`) must be there in the text, where
 * the word without it is ordinary. `ß` is `ss`.
 */
export interface WordList {
  /** Severe in this language, and in none of the other lists' languages an ordinary word. */
  words: readonly string[];
  /**
   * Severe in this language, but ordinary in another: only looked for in reviews of this language.
   */
  ordinaryElsewhere: readonly string[];
  /**
   * Ordinary words that an entry would find, as entries; what is found must be in one that covers
   * the whole word.
   */
  allowed: readonly string[];
  /** Entries that mean something ordinary where one of these words stands in the same text. */
  ordinaryBeside: Readonly<Record<string, readonly string[]>>;
}
