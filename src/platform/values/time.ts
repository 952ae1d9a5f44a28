/** Parses the texts that the service accepts as points in time. */

/** 2019-04-14, with or without a time; without a zone it is UTC. */
const ISO_TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * Milliseconds since 1970, or ISO 8601. @returns milliseconds since 1970, or NaN when the text is
 * neither
 */
export function parseTime(text: string): number {
  const given = text.trim();
  return /^\d{11,14}$/.test(given) ? Number(given) : parseIsoTime(given);
}

function parseIsoTime(text: string): number {
  const match = ISO_TIME.exec(text);
  if (!match) return Number.NaN;
  const [, date, time = '00:00', zone = 'Z'] = match;
  const ms = Date.parse(
    `${date}T${time}${/^(Z|UTC)$/i.test(zone) ? 'Z' : zone.replace(/^(.\d{2})(\d{2})$/, '$1:$2')}`,
  );
  // Date.parse takes 2019-02-31 for the third of March.
  return Number.isNaN(ms) || new Date(`${date}T00:00Z`).toISOString().slice(0, 10) !== date
    ? Number.NaN
    : ms;
}
