import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync, inflateSync } from 'node:zlib';
import { makeSelfSignedCertificate } from './self-signed-certificate';

/** Stands in for New Relic: receives and keeps what an agent sends over HTTPS. */
export interface NewRelicCollector {
  /** The environment of an instance that sends here. */
  environment: Record<string, string>;
  /** The bodies sent to a method (`metric_data`, `error_event_data`, …), in order, unchanged. */
  received(method: string): unknown[];
  /** Everything that was sent. */
  text(): string;
  close(): Promise<void>;
}

const LICENSE_KEY = '0'.repeat(40);

export async function startNewRelicCollector(): Promise<NewRelicCollector> {
  const { key, certificate } = makeSelfSignedCertificate();
  const calls: { method: string; body: unknown }[] = [];
  const server = createServer({ key, cert: certificate }, async (request, response) => {
    const method = new URL(request.url!, 'https://collector').searchParams.get('method')!;
    calls.push({ method, body: JSON.parse(await readBody(request)) });
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ return_value: answerTo(method) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  function answerTo(method: string): unknown {
    if (method === 'preconnect') return { redirect_host: `127.0.0.1:${port}` };
    if (method === 'connect') return CONNECTED;
    return null;
  }

  return {
    environment: {
      NEW_RELIC_LICENSE_KEY: LICENSE_KEY,
      NEW_RELIC_HOST: '127.0.0.1',
      NEW_RELIC_PORT: `${port}`,
      NEW_RELIC_CERTIFICATES: certificate,
    },
    received: (method) => calls.filter((call) => call.method === method).map(({ body }) => body),
    text: () => JSON.stringify(calls),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Asks for everything, as the real collector does. */
const CONNECTED = {
  agent_run_id: 'run-1',
  request_headers_map: {},
  collect_analytics_events: true,
  collect_custom_events: true,
  collect_error_events: true,
  collect_errors: true,
  collect_span_events: true,
  collect_traces: true,
  apdex_t: 0.5,
  event_harvest_config: {
    report_period_ms: 60_000,
    harvest_limits: {
      analytic_event_data: 1_000,
      custom_event_data: 1_000,
      error_event_data: 100,
      log_event_data: 1_000,
      span_event_data: 1_000,
    },
  },
};

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'];
  if (encoding === 'gzip') return gunzipSync(body).toString();
  return (encoding === 'deflate' ? inflateSync(body) : body).toString() || 'null';
}
