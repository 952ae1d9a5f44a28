import type { ReportFailure } from '../http/error-middleware';
import type { NewRelicAgent } from './new-relic-agent';

/** Codes of PostgreSQL and of the operating system: 23505, ECONNREFUSED. */
const CODE = /^[A-Z0-9_]{1,40}$/;

/**
 * Tells New Relic of answers of the service's own fault: what kind of error, at which route, from
 * where in the code. No message, whatever it says: PostgreSQL's quote values. The log has it, by
 * `request_id`.
 */
export function createFailureReport(newRelic: NewRelicAgent, instance: string): ReportFailure {
  return (error, { method, route = 'none', status }) =>
    newRelic.noticeError(withoutWords(error), {
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

/** A message may have several lines, and a cause has one of its own: only calls are taken over. */
function withoutWords(error: unknown): Error {
  const bare = new Error();
  const calls = error instanceof Error ? (error.stack?.match(/^ {4}at .*$/gm) ?? []) : [];
  bare.stack = [kindOf(error), ...calls].join('\n');
  return bare;
}
