import { type BatchColumn, createBatchColumns } from './batch-columns';
import type { Value } from './statement';

interface Pair {
  left: Value;
  right: Value;
}

const columns: BatchColumn<Pair>[] = [
  { name: 'first', type: 'text', value: ({ left }) => left },
  { name: 'second', type: 'bigint', value: ({ right }) => right },
];

describe('the columns of a batched statement', () => {
  it('name and type each parameter once, in the order of the values', () => {
    const { rowsAs, valuesOf } = createBatchColumns(columns);
    expect(rowsAs('k')).toBe(
      'unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS k (first, second, n)',
    );
    expect(
      valuesOf([
        { left: 'a', right: 1 },
        { left: null, right: 2 },
      ]),
    ).toEqual([
      ['a', null],
      [1, 2],
    ]);
  });

  it('send JSON texts as one parameter', () => {
    const { inputAs, valuesOf } = createBatchColumns<string>([
      { name: 'payload', type: 'jsonb', value: (text) => text, sentAs: 'json' },
    ]);
    expect(inputAs('i')).toBe("unnest(string_to_array($1, E'\\x1e')::jsonb[]) AS i (payload)");
    expect(valuesOf(['{"a":1}', '{}'])).toEqual(['{"a":1}\x1e{}']);
  });

  it('give requests the same identity only when every column is equal', () => {
    const { identify } = createBatchColumns(columns);
    const values: Value[] = [
      null,
      '',
      'null',
      '\x01',
      'a',
      'aa',
      'true',
      ' ',
      '=',
      'a b',
      '1',
      '11',
    ];
    const pairs = values.flatMap((left) => values.map((right) => ({ left, right })));
    expect(new Set(pairs.map(identify)).size).toBe(pairs.length);
    expect(identify({ left: 'a', right: 1 })).toBe(identify({ left: 'a', right: 1 }));
  });
});
