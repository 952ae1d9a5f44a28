/** The hashed style sheet's file name; the build sets it (storefront/build.mjs). */
declare const STYLE_SHEET: string;
