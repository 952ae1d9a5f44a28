import type { Histogram } from './histogram';

/**
 * What the instance knows about itself, in one list for every exporter (prometheus-exporter.ts, new-relic-exporter.ts).
 *
 * Whoever counts keeps plain numbers where they arise; a source reads them when it is asked, a few times a minute. So a request
 * pays for an addition, and neither for labels nor for a registry.
 * Bound: labels hold names of the code's own (statements, queues, pools, caches), never what a request brings.
 * Failure: a source that fails is left out of that collection, and the others are there.
 */
export type Reading = NumberReading | HistogramReading;

interface ReadingName {
  /** With its unit, and `_total` for a counter, without the prefix `starling_`. */
  name: string;
  help: string;
  /** In the order in which New Relic's names have their values. */
  labels: Readonly<Record<string, string>>;
}

export interface NumberReading extends ReadingName {
  kind: 'counter' | 'gauge';
  value: number;
}

export interface HistogramReading extends ReadingName {
  kind: 'histogram';
  value: Histogram;
}

export type ReadingSource = () => Reading[] | Promise<Reading[]>;

/** All sources as one. @param onFailure told what a source threw */
export function createReadings(
  sources: readonly ReadingSource[],
  onFailure: (error: unknown) => void,
): () => Promise<Reading[]> {
  async function read(source: ReadingSource): Promise<Reading[]> {
    try {
      return await source();
    } catch (error) {
      onFailure(error);
      return [];
    }
  }

  return async () => (await Promise.all(sources.map(read))).flat();
}

const NO_LABELS = {};

export function counter(name: string, help: string, value: number, labels = NO_LABELS): Reading {
  return { kind: 'counter', name, help, labels, value };
}

export function gauge(name: string, help: string, value: number, labels = NO_LABELS): Reading {
  return { kind: 'gauge', name, help, labels, value };
}

export function distribution(name: string, help: string, value: Histogram, labels = NO_LABELS): Reading {
  return { kind: 'histogram', name, help, labels, value };
}
