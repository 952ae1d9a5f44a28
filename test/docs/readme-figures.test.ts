import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';

const read = (...file: string[]) => readFileSync(path.join(packageRoot, ...file), 'utf8');

describe('the figures in README.md', () => {
  it('are figures of docs/benchmarks.md', () => {
    const [, section = ''] = /^## Figures$(.*?)^## /ms.exec(read('README.md')) ?? [];
    const figures = numbersIn(section.split('\n').filter(isTableRow).join('\n'));
    const measured = new Set(numbersIn(read('docs', 'benchmarks.md')));

    expect(figures.length).toBeGreaterThan(8);
    expect(figures.filter((figure) => !measured.has(figure))).toEqual([]);
  });
});

const isTableRow = (line: string) => line.startsWith('|');

const numbersIn = (text: string): string[] => text.match(/\d[\d,.]*(?<=\d)/g) ?? [];
