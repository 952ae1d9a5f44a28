import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../platform/package-root';

const STOREFRONT = path.join(packageRoot, 'storefront');
const THEMES = ['plain', 'night', 'paper'];

export const FILES_PATH = '/storefront';

export interface ShopFile {
  body: Buffer;
  type: string;
  cacheControl: string;
}

/** The files of the demo shop and of the widget, in memory: 0.3 MB. */
export interface ShopFiles {
  /** undefined: there is no such file */
  find(name: string): ShopFile | undefined;
  /** The address of a file of the demo shop, such as `shop.css`, or of the widget: `widget.js`, `styles.css`. */
  address(name: string): string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.map': 'application/json',
};

/** A hashed name never gets another content. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const FIVE_MINUTES = 'public, max-age=300';
/** As esbuild writes it: `widget-4KMQIS3A.js`. */
const HASHED = /^(.+)-[A-Z0-9]{8}(\.\w+)$/;

/** @throws one line when the storefront is not built */
export function loadShopFiles(): ShopFiles {
  const files = new Map<string, ShopFile>();
  const names = new Map<string, string>();

  function add(name: string, body: Buffer): void {
    const type = TYPES[path.extname(name)]!;
    files.set(name, { body, type, cacheControl: HASHED.test(name) ? FOR_EVER : FIVE_MINUTES });
  }

  for (const name of listBuilt()) {
    add(name, readFileSync(path.join(STOREFRONT, 'dist', name)));
    names.set(name.replace(HASHED, '$1$2'), name);
  }
  for (const name of ['shop.js', 'shop.css', 'icon.svg', ...listDrawings()]) {
    const body = readFileSync(path.join(STOREFRONT, 'demo', name));
    // The script knows the photos by their names.
    const hashed = name.startsWith('photo-') ? name : withHash(name, body);
    add(hashed, body);
    names.set(name, hashed);
  }
  const themes = Buffer.from(THEMES.map(readTheme).join(''));
  names.set('themes.css', withHash('themes.css', themes));
  add(names.get('themes.css')!, themes);

  return {
    find: (name) => files.get(name),
    address: (name) => `${FILES_PATH}/${names.get(name)}`,
  };
}

function listBuilt(): string[] {
  try {
    return readdirSync(path.join(STOREFRONT, 'dist')).filter((name) => !name.startsWith('.'));
  } catch {
    throw new Error('DEMO_SHOP=on needs storefront/dist, which npm run build makes');
  }
}

function listDrawings(): string[] {
  return readdirSync(path.join(STOREFRONT, 'demo')).filter(
    (name) => name.endsWith('.svg') && name !== 'icon.svg',
  );
}

/** The first theme is that of every page; the switch names another one on the root element. */
function readTheme(name: string, index: number): string {
  const css = readFileSync(path.join(STOREFRONT, 'styles', 'themes', `${name}.css`), 'utf8');
  return index === 0 ? css : css.replaceAll(':root', `:root[data-theme="${name}"]`);
}

function withHash(name: string, body: Buffer): string {
  const { name: base, ext } = path.parse(name);
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 8).toUpperCase();
  return `${base}-${hash}${ext}`;
}
