import { Histogram } from './histogram';
import { counter, createMetricCollector, gauge, histogram } from './metrics';
import { createPrometheusExporter } from './prometheus-exporter';
import { createRequestMeter } from './request-meter';

it('collects the other sources when one fails, and reports the failure', async () => {
  const failures: unknown[] = [];
  const metrics = createMetricCollector(
    [
      () => [gauge('one', '', 1)],
      () => Promise.reject(new Error('away')),
      () => {
        throw new Error('broken');
      },
      async () => [gauge('two', '', 2)],
    ],
    (error) => failures.push(error),
  );

  expect((await metrics()).map(({ name }) => name)).toEqual(['one', 'two']);
  expect(failures).toHaveLength(2);
});

it('puts a value into the first bucket whose bound it does not exceed', () => {
  const counts = new Histogram([1, 2]);
  for (const value of [0, 1, 1.5, 2, 2.5, 100]) counts.observe(value);

  expect(counts.buckets).toEqual([2, 2, 2]);
  expect(counts).toMatchObject({ count: 6, sum: 107 });
});

it('writes each family for Prometheus once, with cumulative buckets and escaped labels', async () => {
  const sizes = new Histogram([1, 2]);
  for (const value of [1, 2, 3]) sizes.observe(value);
  const { render } = createPrometheusExporter(async () => [
    counter('seen_total', 'Seen', 3, { kind: 'a "b"' }),
    histogram('sizes', 'Sizes', sizes, { kind: 'x' }),
    counter('seen_total', 'Seen', 4, { kind: 'c' }),
  ]);

  expect((await render()).split('\n').slice(0, 11)).toEqual([
    '# HELP starling_seen_total Seen',
    '# TYPE starling_seen_total counter',
    'starling_seen_total{kind="a \\"b\\""} 3',
    'starling_seen_total{kind="c"} 4',
    '',
    '# HELP starling_sizes Sizes',
    '# TYPE starling_sizes histogram',
    'starling_sizes_bucket{kind="x",le="1"} 1',
    'starling_sizes_bucket{kind="x",le="2"} 2',
    'starling_sizes_bucket{kind="x",le="+Inf"} 3',
    'starling_sizes_sum{kind="x"} 6',
  ]);
});

it('counts all methods that the API does not have under one label', () => {
  const meter = createRequestMeter();
  for (const method of ['PROPFIND', 'TRACE', 'BREW']) meter.record(method, undefined, 405, 0.1);

  expect(
    meter
      .metrics()
      .map(({ labels, value }) => [labels, typeof value === 'number' ? value : value.count]),
  ).toEqual([
    [{ route: 'none', method: 'other', status: '4xx' }, 3],
    [{ route: 'none', method: 'other' }, 3],
  ]);
});
