import { readdirSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../platform/package-root';
import { wordingFor } from './widget-languages';

it('has the texts of every file of messages', () => {
  const files = readdirSync(path.join(packageRoot, 'storefront', 'shared', 'messages'));
  const languages = files
    .map((file) => path.basename(file, '.ts'))
    .filter((name) => name.length === 2);
  expect(languages.length).toBeGreaterThan(4);
  expect(languages.map((language) => wordingFor(language).locale)).toEqual(languages);
});
