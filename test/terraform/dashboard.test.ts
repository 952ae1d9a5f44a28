import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';

test('the dashboard and the alerts use only metrics that docs/metrics.md lists for New Relic', () => {
  const rows = readFileSync(path.join(packageRoot, 'docs/metrics.md'), 'utf8').matchAll(
    /^\| `starling_(\w+)(?:\{[^}]*\})?`( ᴾ)? \|/gm,
  );
  const sent = new Set(
    [...rows].filter(([, , onlyPrometheus]) => !onlyPrometheus).map(([, name]) => name),
  );
  expect(sent.size).toBeGreaterThan(20);

  const files = globSync(path.join(packageRoot, 'terraform/new-relic/*.tf'));
  const queries = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const asked = [
    ...queries.matchAll(/format\(local\.metric(?:_by)?, "\w+", "(\w+)(?:\/\w+)?"\)/g),
  ].map(([, name]) => name);
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter((name) => !sent.has(name!))).toEqual([]);
});
