import { type Row, totalMicros } from './table';

const BAR_HEIGHT = 18;
const LABEL_WIDTH = 420;
const CHART_WIDTH = 960;
const COLOURS = { node: '#3c873a', postgres: '#336791', nginx: '#8a8a8a' };

/** An SVG of stacked bars: the processor time per request, and which process takes it. */
export function toChart(rows: readonly Row[]): string {
  const scale = (CHART_WIDTH - LABEL_WIDTH - 70) / Math.max(...rows.map(totalMicros));
  const bars = rows.map((row, index) => {
    const y = 40 + index * (BAR_HEIGHT + 6);
    let x = LABEL_WIDTH;
    const parts = (['node', 'postgres', 'nginx'] as const).map((kind) => {
      const width = row[`${kind}Micros`] * scale;
      const part = `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" fill="${COLOURS[kind]}"/>`;
      x += width;
      return part;
    });
    const label = `${row.workload} — ${row.contender}`;
    return `<text x="${LABEL_WIDTH - 8}" y="${y + 13}" text-anchor="end">${label}</text>${parts.join('')}<text x="${(x + 6).toFixed(1)}" y="${y + 13}">${totalMicros(row).toFixed(0)} µs</text>`;
  });
  const legend = (['node', 'postgres', 'nginx'] as const).map(
    (kind, index) =>
      `<rect x="${LABEL_WIDTH + index * 120}" y="12" width="12" height="12" fill="${COLOURS[kind]}"/><text x="${LABEL_WIDTH + 18 + index * 120}" y="22">${{ node: 'Node', postgres: 'PostgreSQL', nginx: 'Nginx' }[kind]}</text>`,
  );
  const height = 50 + rows.length * (BAR_HEIGHT + 6);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${CHART_WIDTH}" height="${height}" font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/><text x="8" y="22" font-weight="bold">Processor time per request</text>${legend.join('')}${bars.join('')}</svg>\n`;
}
