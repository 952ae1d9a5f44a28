import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildOpenApiDocument } from '../../src/openapi';
import { packageRoot } from '../../src/platform/package-root';

const read = (file: string) => readFileSync(path.join(packageRoot, file), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };

/** Newest first: `## 0.2.0 — 2026-11-25`. What is not released yet has no version. */
const releases = [...read('CHANGELOG.md').matchAll(/^## (?!Unreleased$)(.*)$/gm)].map(
  ([, heading]) => {
    const [, number, date] = /^(\d+\.\d+\.\d+) — (\d{4}-\d{2}-\d{2})$/.exec(heading!) ?? [];
    return { heading, number, date };
  },
);

describe('the version of Starling', () => {
  it('is the same in package.json, the lockfile, the OpenAPI document and CHANGELOG.md', () => {
    const lockfile = JSON.parse(read('package-lock.json')) as {
      version: string;
      packages: { '': { version: string } };
    };
    expect({
      lockfile: lockfile.version,
      lockedPackage: lockfile.packages[''].version,
      document: buildOpenApiDocument().info.version,
      changelog: releases[0]?.number,
    }).toEqual({
      lockfile: version,
      lockedPackage: version,
      document: version,
      changelog: version,
    });
  });

  it('has a date with each release of CHANGELOG.md, and rises from one to the next', () => {
    expect(releases.filter(({ number, date }) => !number || !isDay(date))).toEqual([]);
    const oldestFirst = releases.toReversed();
    const ranks = oldestFirst.map(({ number }) => rank(number));
    expect(ranks).toEqual([...new Set(ranks)].sort((one, other) => one - other));
    expect(oldestFirst.map(({ date }) => date)).toEqual(oldestFirst.map(({ date }) => date).sort());
  });
});

function isDay(date: string | undefined): boolean {
  return !Number.isNaN(Date.parse(`${date}T00:00:00Z`));
}

/** 1.2.3 as one number: no part reaches a thousand. */
function rank(number: string | undefined): number {
  return (number ?? '').split('.').reduce((sum, part) => sum * 1_000 + Number(part), 0);
}
