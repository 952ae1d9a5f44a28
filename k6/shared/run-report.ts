/**
 * The report of a run, made from k6's numbers. Pure; the printed and the written forms are made
 * from it.
 */
export interface RunReport {
  script: string;
  question: string;
  seconds: number;
  isPassed: boolean;
  /** The answer to the question, by line. */
  answer: string[];
  scenarios: Numbers[];
  kinds: Numbers[];
  /** The thresholds that can be crossed, crossed ones first. */
  demands: { metric: string; demand: string; isMet: boolean }[];
}

/** The numbers of a scenario or of a kind of request. Times are in milliseconds. */
export interface Numbers {
  name: string;
  requests: number;
  /** The rate during the scenario; for a kind of request, during the whole run. */
  perSecond: number;
  /** From 0 to 1. */
  failedShare: number;
  /** Arrivals that found no virtual user. */
  dropped: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** What a script defines for its report. */
export interface RunPlan {
  script: string;
  question: string;
  /** The scenarios to list, in this order, and the length of each. */
  scenarios: readonly { name: string; seconds: number }[];
  kinds?: readonly string[];
  answer(scenarios: readonly Numbers[], data: SummaryData): string[];
}

/** The parts of k6's summary that are read here. */
export interface SummaryData {
  state: { testRunDurationMs: number };
  metrics: Record<
    string,
    { values: Record<string, number>; thresholds?: Record<string, { ok: boolean }> }
  >;
}

/** Thresholds that cannot be crossed and only make k6 keep a number. */
const DEMANDS_NOTHING = /^(rate<=1|max>=0|count>=0)$/;

export function makeRunReport(plan: RunPlan, data: SummaryData): RunReport {
  const seconds = data.state.testRunDurationMs / 1_000;
  const scenarios = plan.scenarios.map((each) =>
    numbersOf(data, 'scenario', each.name, each.seconds),
  );
  const thresholds = Object.entries(data.metrics).flatMap(([metric, { thresholds = {} }]) =>
    Object.entries(thresholds).map(([demand, { ok }]) => ({ metric, demand, isMet: ok })),
  );
  return {
    script: plan.script,
    question: plan.question,
    seconds,
    isPassed: thresholds.every(({ isMet }) => isMet),
    answer: plan.answer(scenarios, data),
    scenarios,
    kinds: (plan.kinds ?? []).map((kind) => numbersOf(data, 'name', kind, seconds)),
    demands: thresholds
      .filter(({ demand }) => !DEMANDS_NOTHING.test(demand))
      .sort((a, b) => Number(a.isMet) - Number(b.isMet)),
  };
}

function numbersOf(
  { metrics }: SummaryData,
  tag: 'scenario' | 'name',
  name: string,
  seconds: number,
): Numbers {
  const value = (metric: string, key: string) =>
    metrics[`${metric}{${tag}:${name}}`]?.values[key] ?? 0;
  const requests = value('http_reqs', 'count');
  return {
    name,
    requests,
    perSecond: requests / seconds,
    failedShare: value('http_req_failed', 'rate'),
    dropped: value('dropped_iterations', 'count'),
    p50Ms: value('http_req_duration', 'med'),
    p95Ms: value('http_req_duration', 'p(95)'),
    p99Ms: value('http_req_duration', 'p(99)'),
    maxMs: value('http_req_duration', 'max'),
  };
}

const HEADINGS = [
  'requests',
  'per second',
  'failed',
  'dropped',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'max ms',
];

/**
 * Returns the tables of a report as rows of texts, headings first. Tables without rows are left
 * out.
 */
export function tablesOf({ scenarios, kinds }: RunReport): string[][][] {
  const tables = [
    { title: 'scenario', rows: scenarios },
    { title: 'kind of request', rows: kinds },
  ];
  return tables
    .filter(({ rows }) => rows.length > 0)
    .map(({ title, rows }) => [[title, ...HEADINGS], ...rows.map(toCells)]);
}

function toCells(numbers: Numbers): string[] {
  const { name, requests, perSecond, failedShare, dropped, p50Ms, p95Ms, p99Ms, maxMs } = numbers;
  const times = [p50Ms, p95Ms, p99Ms, maxMs].map((time) => time.toFixed(1));
  return [name, `${requests}`, perSecond.toFixed(0), percent(failedShare), `${dropped}`, ...times];
}

/** Formats a share: 0.0123 becomes `1.23 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
