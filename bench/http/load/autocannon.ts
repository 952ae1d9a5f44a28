import autocannon from 'autocannon';
import type { SendLoad } from './load-types';

/**
 * Gives each connection its share of the requests, because autocannon prepares every request of
 * every connection before it begins. It is slower than wrk and takes more of the machine.
 */
export const sendWithAutocannon: SendLoad = async (url, requests, pace) => {
  const { connections, seconds, once, countsSeconds } = pace;
  let sent = 0;
  const ready = requests.map(
    ({ body, ...request }): autocannon.Request =>
      body === undefined
        ? request
        : {
            ...request,
            setupRequest: (each) => ({
              ...each,
              body: body.replaceAll('#', `${Date.now()}-${++sent}`),
            }),
          },
  );
  const shareSize = Math.ceil(ready.length / connections);
  let clients = 0;
  const options: autocannon.Options = {
    url,
    connections,
    // It ignores `duration` where it has an amount.
    ...(once ? { amount: ready.length } : { duration: seconds }),
    requests: ready.slice(0, 1),
    setupClient: (client) => {
      const first = (clients++ * shareSize) % ready.length;
      client.setRequests(ready.slice(first, first + shareSize));
    },
  };
  const startedAt = performance.now();
  const perSecond = new Array<number>(seconds - 1).fill(0); // the last second is not full
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const load = autocannon(options, (error, ended) => {
      clearTimeout(end);
      if (error) reject(error);
      else resolve(ended);
    });
    const end = setTimeout(() => load.stop(), seconds * 1_000);
    if (countsSeconds) {
      load.on('response', (_client, status) => {
        const second = Math.floor((performance.now() - startedAt) / 1_000);
        if (status < 400 && second < perSecond.length) perSecond[second]! += 1;
      });
    }
  });
  return {
    requests: result.requests.total,
    errors: result.errors + result.timeouts + result.non2xx,
    requestsPerSecond: result.requests.total / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    ...(countsSeconds && { perSecond }),
  };
};
