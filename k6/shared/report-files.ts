import { toHtml } from './html-report.ts';
import { makeRunReport, type RunPlan, type SummaryData } from './run-report.ts';
import { reportFolder } from './settings.ts';
import { toText } from './text-report.ts';

/**
 * Creates the `handleSummary` of a script. It prints the report and, if `REPORTS` names a folder,
 * also writes it there as `SCRIPT.txt`, `SCRIPT.html` and `SCRIPT.json` (k6's own numbers).
 */
export function reportOn(plan: RunPlan) {
  return (data: SummaryData): Record<string, string> => {
    const report = makeRunReport(plan, data);
    const text = toText(report);
    if (reportFolder === '') return { stdout: text };
    const file = `${reportFolder}/${plan.script}`;
    return {
      stdout: text,
      [`${file}.txt`]: text,
      [`${file}.html`]: toHtml(report),
      [`${file}.json`]: JSON.stringify(data, null, 1),
    };
  };
}
