/**
 * A line in the form that COPY reads. A text is always quoted, so that COPY does not take an empty
 * one for null.
 */
export function csvLine(values: readonly (string | number | boolean | null)[]): string {
  return `${values.map(csvValue).join(',')}\n`;
}

function csvValue(value: string | number | boolean | null): string {
  if (value === null) return '';
  return typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : `${value}`;
}
