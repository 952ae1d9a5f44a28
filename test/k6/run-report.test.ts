import { toHtml } from '../../k6/shared/html-report';
import { makeRunReport, type RunPlan, type SummaryData } from '../../k6/shared/run-report';
import { toText } from '../../k6/shared/text-report';

const plan: RunPlan = {
  script: 'load',
  question: 'Is 1 < 2 & "so" on?',
  scenarios: [{ name: 'shoppers', seconds: 10 }],
  answer: ([shoppers]) => [`${shoppers!.perSecond} a second`],
};

function dataWith(isMet: boolean): SummaryData {
  return {
    state: { testRunDurationMs: 12_000 },
    metrics: {
      'http_reqs{scenario:shoppers}': {
        values: { count: 500, rate: 41.7 },
        thresholds: { 'count>=0': { ok: true } },
      },
      'http_req_failed{scenario:shoppers}': {
        values: { rate: 0.0123 },
        thresholds: { 'rate<0.02': { ok: true } },
      },
      'http_req_duration{scenario:shoppers}': {
        values: { med: 5, 'p(95)': 1_234.56, 'p(99)': 2_000, max: 3_000 },
        thresholds: { 'p(95)<1000': { ok: isMet } },
      },
    },
  };
}

describe('the report of a load test', () => {
  it('computes a rate over the scenario, without the setup', () => {
    expect(makeRunReport(plan, dataWith(true)).scenarios[0]).toMatchObject({
      requests: 500,
      perSecond: 50,
    });
  });

  it('passes only if no threshold is crossed, and shows the crossed ones first', () => {
    expect(makeRunReport(plan, dataWith(true)).isPassed).toBe(true);
    const failed = makeRunReport(plan, dataWith(false));
    expect(failed.isPassed).toBe(false);
    expect(failed.demands.map(({ demand, isMet }) => [demand, isMet])).toEqual([
      ['p(95)<1000', false],
      ['rate<0.02', true],
    ]);
  });

  it('shows question, answer, numbers and thresholds as text', () => {
    const text = toText(makeRunReport(plan, dataWith(false)));
    expect(text).toContain('load: FAILED');
    expect(text).toContain('→ 50 a second');
    expect(text).toMatch(/shoppers +500 +50 +1\.23 % +0 +5\.0 +1234\.6 +2000\.0 +3000\.0/);
    expect(text).toMatch(/CROSSED {2}http_req_duration\{scenario:shoppers\} p\(95\)<1000/);
  });

  it('is an HTML page that loads nothing and escapes all text', () => {
    const html = toHtml(makeRunReport(plan, dataWith(false)));
    expect(html).toContain('Is 1 &lt; 2 &amp; &quot;so&quot; on?');
    expect(html).toContain('<td>1.23 %</td>');
    expect(html).not.toMatch(/https?:|src=|@import|url\(|<script|<link/);
  });
});
