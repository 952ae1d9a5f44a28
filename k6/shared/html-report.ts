import { type RunReport, tablesOf } from './run-report.ts';

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }
  h1 span { font-size: 1rem; padding: .2em .7em; border-radius: 1em; color: #fff; vertical-align: middle; }
  .passed { background: #1a7f37; } .failed, .crossed { background: #b3261e; }
  .answer { border-left: .3rem solid #888; padding-left: 1rem; }
  .wide { overflow-x: auto; }
  table { border-collapse: collapse; margin: 1.5rem 0; font-variant-numeric: tabular-nums; white-space: nowrap; }
  th, td { padding: .3rem .8rem; border-bottom: 1px solid #ddd; text-align: right; }
  th:first-child, td:first-child { text-align: left; }
  td.crossed { color: #fff; }
  @media (prefers-color-scheme: dark) { body { background: #1b1b1b; color: #eee; } th, td { border-color: #444; } }
`;

/** Renders the report as one self-contained page: it loads no script, font or other file. */
export function toHtml(report: RunReport): string {
  const { script, question, seconds, isPassed, answer, demands } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(script)}: ${isPassed ? 'passed' : 'failed'}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeText(script)} <span class="${isPassed ? 'passed' : 'failed'}">${isPassed ? 'passed' : 'failed'}</span></h1>
<p>${escapeText(question)}</p>
<div class="answer">${answer.map((line) => `<p>${escapeText(line)}</p>`).join('')}</div>
${tablesOf(report).map(toTable).join('\n')}
<div class="wide"><table>
<tr><th>demanded</th><th></th></tr>
${demands.map(toDemand).join('\n')}
</table></div>
<p>${seconds.toFixed(0)} seconds.</p>
</body>
</html>
`;
}

function toTable([headings = [], ...rows]: string[][]): string {
  const head = headings.map((heading) => `<th>${escapeText(heading)}</th>`).join('');
  const body = rows.map(
    (row) => `<tr>${row.map((cell) => `<td>${escapeText(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="wide"><table>\n<tr>${head}</tr>\n${body.join('\n')}\n</table></div>`;
}

function toDemand({ metric, demand, isMet }: RunReport['demands'][number]): string {
  const verdict = isMet ? '<td>met</td>' : '<td class="crossed">crossed</td>';
  return `<tr><td>${escapeText(`${metric} ${demand}`)}</td>${verdict}</tr>`;
}

function escapeText(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
