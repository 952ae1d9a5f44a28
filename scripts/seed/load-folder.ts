import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { packageRoot } from '../../src/platform/package-root';
import { UserError } from '../command/user-error';
import { hashText } from '../shared/seeded-random';
import { type LoadIdentity, loadIdentity } from './load-record';
import { GENERATOR_VERSION } from './review-generator';
import type { SeedPlan } from './seed-plan';
import type { WorkerTask } from './seed-worker';
import { MANIFEST, reviewsFile, summariesFile } from './segment-files';

/**
 * The folder of a load's CSV files. Its manifest records which load the files belong to.
 */

export function defaultFolder(plan: SeedPlan): string {
  const { seed, reviews, segmentRows, firstProduct } = plan;
  const name = `seed-${hashText(JSON.stringify({ seed, reviews, segmentRows, firstProduct })) >>> 0}`;
  return path.join(packageRoot, '.starling', name);
}

/**
 * Writes the manifest into the folder, which must be new, empty or of this load.
 *
 * @throws UserError when it holds anything else
 */
export function claimFolder(dir: string, plan: SeedPlan): void {
  const manifest = path.join(dir, MANIFEST);
  if (existsSync(manifest)) {
    if (isDeepStrictEqual(readManifest(dir), loadIdentity(plan))) return;
    throw new UserError(
      `${dir} holds the files of another load; remove them or choose another --dir`,
    );
  }
  mkdirSync(dir, { recursive: true });
  if (readdirSync(dir).length > 0)
    throw new UserError(`${dir} is not empty; choose a --dir of the load's own`);
  writeFileSync(manifest, `${JSON.stringify(loadIdentity(plan), null, 2)}\n`);
}

/** @throws UserError when the folder has no manifest, or one of another version of Starling */
export function readManifest(dir: string): LoadIdentity {
  const manifest = path.join(dir, MANIFEST);
  if (!existsSync(manifest))
    throw new UserError(`${dir} holds no ${MANIFEST}; --csv-only writes such a folder`);
  const identity = JSON.parse(readFileSync(manifest, 'utf8')) as LoadIdentity;
  if (identity.generatorVersion !== GENERATOR_VERSION)
    throw new UserError(
      `${dir} was written by another version of Starling; write it again with --csv-only`,
    );
  return identity;
}

export function refuseMissingFiles(dir: string, tasks: WorkerTask[]): void {
  for (const { segment } of tasks) {
    for (const file of [reviewsFile(dir, segment), summariesFile(dir, segment)]) {
      if (!existsSync(file))
        throw new UserError(
          `${file} is missing; repeat the --csv-only run that wrote the folder, and it will continue`,
        );
    }
  }
}

/** Removes only what the load wrote. If the folder holds anything else, it stays. */
export function removeFiles(dir: string, plan: SeedPlan): void {
  for (const { number } of plan.segments) {
    rmSync(reviewsFile(dir, number), { force: true });
    rmSync(summariesFile(dir, number), { force: true });
  }
  rmSync(path.join(dir, MANIFEST), { force: true });
  if (existsSync(dir) && readdirSync(dir).length === 0) rmdirSync(dir);
}
