/**
 * Reads a provider's schema back out of the TypeScript that cdktf generated from it.
 *
 * Each block is a class. A comment announces each attribute (`// arn - computed: true, optional:
 * false, required: false`), and the form of its getter shows its type. The list from which a parent
 * prints itself says whether an object is a block or an attribute (`isBlock`). The bindings do not
 * contain lists of exactly N > 1 blocks, or limits above one.
 */

/** cty's own notation: "string", ["list", "string"], ["object", { … }]. */
export type Type = string | [string, Type | Record<string, Type>];

export interface Block {
  /** `r` required, `o` optional, `c` computed, `oc` both; then the type. A last `w`: write-only, never in plan or state. */
  attributes: Record<string, [string, Type]>;
  blocks?: Record<
    string,
    { nesting: 'single' | 'list' | 'set'; min: number; max: number; block: Block }
  >;
}

/** How a block prints one of its fields: whether it is a block, the collection, and its type. */
const PRINTED = String.raw`\{\s*value: [^\n]*\n\s*isBlock: (true|false),\s*type: "(\w+)",\s*storageClassType: "(\w+)"`;

interface Sources {
  classes: Map<string, string>;
  printers: Map<string, string>;
}

export function readBindings(source: string): { version: string; block: Block } {
  const classes = new Map<string, string>();
  let root = '';
  for (const part of source.split(/^export class /m).slice(1)) {
    const [, name, base] = /^(\w+) extends cdktf\.(\w+)/.exec(part) ?? [];
    if (!name) continue;
    classes.set(name, part.split(/^export (?:interface|function) /m)[0]!);
    if (/^Terraform(Resource|DataSource|Provider|EphemeralResource)$/.test(base!)) root = name;
  }
  const printers = new Map<string, string>();
  for (const part of source.split(/^export function /m).slice(1)) {
    const [, name] = /^(\w+)ToHclTerraform\(/.exec(part) ?? [];
    if (name) printers.set(name.toLowerCase(), part.split(/^export /m)[0]!);
  }
  const body = classes.get(root);
  if (!body) throw new Error('no resource, data source or provider in this source');
  const version = /providerVersion: '([\d.]+)'|providers\/[\w-]+\/[\w-]+\/([\d.]+)\/docs/.exec(
    source,
  );
  const block = readBlock(body, body.slice(body.indexOf('synthesizeHclAttributes')), {
    classes,
    printers,
  });
  // Terraform's own arguments, which cdktf gives every provider and resource.
  for (const name of ['alias', 'count', 'provider']) delete block.attributes[name];
  return { version: version?.[1] ?? version?.[2] ?? '', block };
}

function readBlock(body: string, printer: string, sources: Sources): Block {
  const attributes: Block['attributes'] = {};
  const blocks: NonNullable<Block['blocks']> = {};
  for (const { name, flags, code } of announced(body)) {
    const printed = new RegExp(`\\b${name}: ${PRINTED}`).exec(printer);
    const nested =
      /= new (\w+?)(OutputReference|List|Map|MapList)\(this, "\w+"(?:, (true|false))?/.exec(code);
    if (printed?.[1] === 'true' && !nested) {
      // A provider's own block: the bindings hold its value without a class for its fields.
      const inner = sources.printers.get(printed[3]!.replace(/List$/, '').toLowerCase()) ?? '';
      const nesting = printed[2] === 'set' ? 'set' : 'list';
      blocks[name] = { nesting, min: 0, max: 0, block: { attributes: printedAttributes(inner) } };
    } else if (printed?.[1] === 'true' && nested && !cdktfClass(nested)) {
      const of = nested[1]!;
      const inner = readBlock(
        innerClass(of, sources),
        sources.printers.get(of.toLowerCase()) ?? '',
        sources,
      );
      const single = nested[2] === 'OutputReference';
      const nesting = printed[2] === 'struct' ? 'single' : printed[2] === 'set' ? 'set' : 'list';
      blocks[name] = { nesting, min: flags === 'r' ? 1 : 0, max: single ? 1 : 0, block: inner };
    } else {
      const type =
        nested && !cdktfClass(nested) ? objectType(nested, sources) : simpleType(code, printed);
      attributes[name] = [name.endsWith('_wo') && flags === 'o' ? 'ow' : flags, type];
    }
  }
  return Object.keys(blocks).length > 0 ? { attributes, blocks } : { attributes };
}

/** All optional, because the bindings do not say more. */
function printedAttributes(printer: string): Block['attributes'] {
  const fields = printer.matchAll(new RegExp(`\\b(\\w+): ${PRINTED}`, 'g'));
  return Object.fromEntries(
    [...fields].map(([, name, ...rest]) => [name, ['o', printedType(rest)]]),
  );
}

function* announced(body: string): Generator<{ name: string; flags: string; code: string }> {
  const parts = body.split(
    /^ {2}\/\/ (\w+) - computed: (true|false), optional: (true|false), required: (true|false)$/m,
  );
  for (let at = 1; at < parts.length; at += 5) {
    const [name, computed, optional, required, code] = parts.slice(at, at + 5) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const flags =
      required === 'true'
        ? 'r'
        : (optional === 'true' ? 'o' : '') + (computed === 'true' ? 'c' : '');
    yield { name, flags, code };
  }
}

/** The class with the fields: for `FooList` it is `FooOutputReference`. */
function innerClass(of: string, { classes }: Sources): string {
  const body = classes.get(`${of}OutputReference`);
  if (!body) throw new Error(`${of} is used but not declared`);
  return body;
}

/** cdktf.StringMap and similar classes are values, not objects of the provider. */
function cdktfClass(nested: RegExpExecArray): boolean {
  return /^cdktf/.test(nested[1]!);
}

function objectType(nested: RegExpExecArray, sources: Sources): Type {
  const [, of, kind, isSet] = nested as unknown as [string, string, string, string | undefined];
  const { attributes, blocks } = readBlock(innerClass(of, sources), '', sources);
  if (blocks) throw new Error(`${of}: a block inside an attribute`);
  const fields = Object.fromEntries(
    Object.entries(attributes).map(([name, [, type]]) => [name, type]),
  );
  const object: Type = ['object', fields];
  if (kind === 'List') return [isSet === 'true' ? 'set' : 'list', object];
  return kind === 'Map' ? ['map', object] : object;
}

function simpleType(code: string, printed: RegExpExecArray | null): Type {
  const getter = /\bthis\.(get\w+Attribute|interpolationForAttribute)\(/.exec(code)?.[1];
  const collection = /Fn\.tolist\(/.test(code) ? 'set' : 'list';
  if (getter === 'getListAttribute') return [collection, 'string'];
  if (getter === 'getNumberListAttribute') return [collection, 'number'];
  const map = /^get(\w+)MapAttribute$/.exec(getter ?? '') ?? /new cdktf\.(\w+?)Map\(/.exec(code);
  if (map) return ['map', basicType(map[1]!)];
  const basic = /^get(String|Number|Boolean)Attribute$/.exec(getter ?? '');
  if (basic) return basicType(basic[1]!);
  // A provider's attributes have no getter by type; the form in which they are printed shows it.
  return printed ? printedType(printed.slice(1)) : 'dynamic';
}

function printedType([, kind, storage]: readonly string[]): Type {
  const [, of, many] = /^(\w+?)(List|Map)?$/.exec(storage!)!;
  return many
    ? [kind === 'set' ? 'set' : kind === 'map' ? 'map' : 'list', basicType(of!)]
    : basicType(of!);
}

function basicType(name: string): string {
  const type = { string: 'string', number: 'number', boolean: 'bool' }[name.toLowerCase()];
  return type ?? 'dynamic';
}
