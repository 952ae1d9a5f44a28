/** A line as COPY reads it: a text is always quoted, so that an empty one is not taken for null. */
export function csvLine(values: readonly (string | number | boolean | null)[]): string {
  return `${values.map(csvValue).join(',')}\n`;
}

function csvValue(value: string | number | boolean | null): string {
  if (value === null) return '';
  return typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : `${value}`;
}
