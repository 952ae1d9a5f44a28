import type { ReportFailure } from '../http/error-middleware';
import type { NewRelicAgent } from './new-relic-agent';

/** Codes of PostgreSQL and of the operating system: 23505, ECONNREFUSED. */
const CODE = /^[A-Z0-9_]{1,40}$/;

/**
 * Reports 5xx answers to New Relic: the kind of error, the route, and the stack. It never sends the
 * message, because PostgreSQL's messages quote values. The log has the message, by `request_id`.
 */
export function createFailureReport(newRelic: NewRelicAgent, instance: string): ReportFailure {
  return (error, { method, route = 'none', status }) =>
    newRelic.noticeError(withoutMessage(error), {
      kind: kindOf(error),
      route: `${method} ${route}`,
      'http.statusCode': `${status}`,
      'host.displayName': instance,
    });
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  const name = error.constructor.name;
  return typeof code === 'string' && CODE.test(code) ? `${name} ${code}` : name;
}

/** Keeps only the lines of calls: a message may have several lines, and causes have messages too. */
function withoutMessage(error: unknown): Error {
  const bare = new Error();
  const calls = error instanceof Error ? (error.stack?.match(/^ {4}at .*$/gm) ?? []) : [];
  bare.stack = [kindOf(error), ...calls].join('\n');
  return bare;
}
