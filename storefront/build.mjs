// Bundles the widget into storefront/dist, which a store puts on its CDN:
//
//   starling-reviews.js         what pages load: imports the hashed entry. Cache it briefly
//   starling-reviews.css        the style sheet under a name that stays. Cache it briefly
//   widget-HASH.js, de-HASH.js…  the elements, and a chunk per language but English. Cache for ever
//   styles-HASH.css             the style sheet that the elements load where the page has none
//
// Every hashed file has a source map. scripts/setup.mjs runs this; it takes a tenth of a second.
// It replaces files one by one and deletes the old ones last, so a server of the folder goes on.
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { minify, version as swcVersion } from '@swc/core';
import { build } from 'esbuild';

const source = import.meta.dirname;
const target = path.join(source, 'dist');

const common = {
  bundle: true,
  minify: true,
  write: false,
  sourcemap: true,
  charset: 'utf8',
  outdir: target,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  target: ['chrome120', 'firefox121', 'safari17.2'],
  logLevel: 'warning',
};

/**
 * A language's file holds what the service renders too, and esbuild keeps every export of a file
 * that is imported dynamically. This puts a file between that exports only what the widget needs.
 */
const onlyWidgetMessages = {
  name: 'only-widget-messages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/messages\/[a-z-]+$/ }, ({ path: asked, kind, resolveDir }) =>
      kind === 'dynamic-import'
        ? { path: path.resolve(resolveDir, asked), namespace: 'widget-messages' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'widget-messages' }, ({ path: file }) => {
      const language = path.basename(file);
      return {
        contents: `export { ${language} } from './${language}';`,
        resolveDir: path.dirname(file),
      };
    });
  },
};

const { outputFiles: styles } = await build({
  ...common,
  entryPoints: { styles: path.join(source, 'styles', 'starling.css') },
});
const styleSheet = nameOf(styles, '.css');

const { outputFiles: scripts } = await build({
  ...common,
  entryPoints: { widget: path.join(source, 'widget', 'main.ts') },
  format: 'esm',
  splitting: true,
  define: { STYLE_SHEET: JSON.stringify(styleSheet) },
  // swc removes it again. It makes the names depend on what minifies the files, too.
  footer: { js: `// swc ${swcVersion}` },
  plugins: [onlyWidgetMessages],
});

mkdirSync(target, { recursive: true });
const written = new Set();
for (const { path: file, contents } of [...styles, ...(await minifyAgain(scripts))])
  replace(path.basename(file), contents);
replace('starling-reviews.css', styles.find(({ path: file }) => file.endsWith('.css')).contents);
const entry = nameOf(scripts, '.js', 'widget-');
replace('starling-reviews.js', `import"./${entry}";\n`);
for (const name of readdirSync(target)) if (!written.has(name)) rmSync(path.join(target, name));

/** swc, which the tests are compiled with, finds 2 % that esbuild leaves: 180 bytes, compressed. */
async function minifyAgain(files) {
  const textOf = new Map(files.map(({ path: file, text }) => [file, text]));
  const minified = files.map(async ({ path: file, text }) => {
    if (!file.endsWith('.js')) return [];
    const url = `${path.basename(file)}.map`;
    const { code, map } = await minify(text.replace(/\n\/\/# sourceMappingURL=.*/, ''), {
      module: true,
      ecma: 2022,
      compress: { ecma: 2022, passes: 3 },
      mangle: true,
      sourceMap: { content: textOf.get(`${file}.map`), filename: path.basename(file), url },
    });
    return [
      { path: file, contents: code },
      { path: `${file}.map`, contents: map },
    ];
  });
  return (await Promise.all(minified)).flat();
}

function nameOf(files, ending, beginning = '') {
  const names = files.map(({ path: file }) => path.basename(file));
  return names.find((name) => name.startsWith(beginning) && name.endsWith(ending));
}

/** Readers see the old file or the new one, never a part. */
function replace(name, contents) {
  const unfinished = path.join(target, `.${name}.${process.pid}`);
  writeFileSync(unfinished, contents);
  renameSync(unfinished, path.join(target, name));
  written.add(name);
}
