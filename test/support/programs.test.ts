import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';

describe('a test that needs a program that npm does not install', () => {
  /** A call that starts a program, and the program. */
  const STARTERS: [RegExp, string][] = [
    [/\b(startNginx|startStack|requireNginx)\(/, 'nginx'],
    [/\bstartValkey\(/, 'valkey'],
    [/\bopenPage\(/, 'chromium'],
  ];

  it('uses describeWith, so that it is skipped when the program is missing', () => {
    const files = globSync('{test,scripts}/**/*.test.ts', { cwd: packageRoot }).filter(
      (file) => !file.endsWith('programs.test.ts'),
    );
    expect(files.length).toBeGreaterThan(50);
    const unguarded = files.filter((file) => {
      const text = readFileSync(path.join(packageRoot, file), 'utf8');
      return STARTERS.some(
        ([starter, program]) =>
          starter.test(text) &&
          !text.includes(`describeWith('${program}'`) &&
          !text.includes("describeWith('k6'"),
      );
    });
    expect(unguarded).toEqual([]);
  });
});
