/** A Markdown table. Leaves out the columns that are empty in every row. */
export function markdownTable(
  head: readonly string[],
  lines: readonly (readonly string[])[],
): string {
  const filled = head.map((_name, column) => lines.some((cells) => cells[column] !== ''));
  return [head, head.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.filter((_cell, column) => filled[column]).join(' | ')} |`)
    .join('\n');
}

export function wholeNumber(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 0 });
}
