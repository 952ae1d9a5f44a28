import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/poll';
import { describeWith } from '../support/programs';
import { type Stack, startStack } from '../support/stack';

describeWith('nginx', 'six instances behind Nginx', () => {
  let stack: Stack;
  let authors = 0;

  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  const reviewsOf = (product: string) => `${stack.url}/v1/products/${product}/reviews`;
  const fresh = { headers: { 'Cache-Control': 'no-cache' } };

  async function review(product: string, title: string): Promise<Response> {
    const author = { name: 'Ada', email: `ada-${++authors}@example.com` };
    return fetch(reviewsOf(product), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${stack.writeKey}` },
      body: JSON.stringify({ rating: 5, title, body: 'Fits as it should.', author }),
    });
  }

  async function shows(response: Response, title: string): Promise<boolean> {
    const { reviews } = (await response.json()) as { reviews: { title: string }[] };
    return reviews.some((each) => each.title === title);
  }

  it('all serve reads, and share them', async () => {
    const served = new Map<string, number>();
    for (let round = 0; round < 30; round++) {
      const responses = await Promise.all(
        Array.from({ length: 20 }, () => fetch(`${stack.url}/v1/products/1/summary`, fresh)),
      );
      for (const response of responses) {
        const name = response.headers.get('x-served-by')!;
        served.set(name, (served.get(name) ?? 0) + 1);
        await response.arrayBuffer();
      }
    }

    expect([...served.keys()].sort()).toEqual(stack.instances.map(({ name }) => name).sort());
    // 100 each with an exact share. Others take the reads of a slow one. An unused one would get
    // none.
    expect(Math.min(...served.values())).toBeGreaterThan(10);
  });

  /** Waits until about `ms` after the start of a second. */
  const untilPhase = (ms: number) => sleep((1_000 + ms - (Date.now() % 1_000)) % 1_000);

  it('write on two instances, and on the others after these have ended', async () => {
    const writersOf = async (count: number) => {
      const answers = await Promise.all(
        Array.from({ length: count }, (_, n) => review(`written-${n}`, 'Shared')),
      );
      expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
      return new Set(answers.map(({ headers }) => headers.get('x-served-by')!));
    };
    const names = stack.instances.map(({ name }) => name);
    const [first, second, ...others] = names;
    expect([...(await writersOf(40))].sort()).toEqual([first, second]);

    for (const { process: instance } of stack.instances.slice(0, 2)) await instance.stop(10_000);
    const substitutes = await writersOf(40);
    expect(others).toEqual(expect.arrayContaining([...substitutes]));

    const { signal } = new AbortController();
    for (const { process: instance } of stack.instances.slice(0, 2))
      await instance.start(60_000, signal);
  });

  it('show a write to its author at once, and to all clients within a second, at any phase of a second', async () => {
    for (const phaseMs of [20, 350, 700, 950]) {
      const product = `shared-${phaseMs}`;
      const title = `Seen at ${phaseMs}`;
      await fetch(reviewsOf(product));
      await untilPhase(phaseMs);
      await fetch(reviewsOf(product)); // so that Nginx keeps an earlier response

      expect((await review(product, title)).status).toBe(201);
      const writtenAt = Date.now();
      expect(await shows(await fetch(reviewsOf(product), fresh), title)).toBe(true);

      const late: number[] = [];
      for (let age = 0; age < 1_300; age = Date.now() - writtenAt) {
        const shown = await shows(await fetch(reviewsOf(product)), title);
        if (!shown && age >= 1_000) late.push(age);
      }
      expect(late).toEqual([]);
    }
  });

  it('show a write to all clients within a second when its author never reads', async () => {
    for (const phaseMs of [20, 350, 700, 950]) {
      const product = `unseen-${phaseMs}`;
      const title = `Unseen at ${phaseMs}`;
      await fetch(reviewsOf(product)); // Nginx keeps an answer from the second request on
      await untilPhase(phaseMs);
      await fetch(reviewsOf(product));
      await review(product, title);
      const writtenAt = Date.now();

      await until('the write is a second old', () => Date.now() - writtenAt >= 1_000);

      expect(await shows(await fetch(reviewsOf(product)), title)).toBe(true);
    }
  });

  it('let Nginx serve repeated reads of a second from its cache', async () => {
    await until('two reads fell into one second', async () => {
      const response = await fetch(reviewsOf('2'));
      await response.arrayBuffer();
      return response.headers.get('x-cache-status') === 'HIT';
    });
  });

  it('fail no read when one is killed', async () => {
    const failed: number[] = [];
    let reads = 0;
    let done = false;
    const readers = Array.from({ length: 8 }, async () => {
      while (!done) {
        const response = await fetch(`${reviewsOf('3')}?limit=5`, fresh);
        if (response.status !== 200) failed.push(response.status);
        await response.arrayBuffer();
        reads++;
      }
    });
    await until('the reads flow', () => reads > 100);

    for (const victim of stack.instances.slice(0, 3)) {
      const before = reads;
      process.kill(victim.process.pid!, 'SIGKILL');
      await until('as many again were read', () => reads > before + 300);
    }
    done = true;
    await Promise.all(readers);

    expect(failed).toEqual([]);
  });

  it('include a killed instance again after its restart', async () => {
    for (const { name } of stack.instances) {
      await until(`${name} answers through Nginx`, async () => {
        const response = await fetch(`${stack.url}/v1/products/1/summary`, fresh);
        await response.arrayBuffer();
        return response.headers.get('x-served-by') === name;
      });
    }
  });

  it('leave the last good response to Nginx when all are down', async () => {
    await fetch(reviewsOf('4')); // Nginx keeps an answer from the second request on
    const before = await (await fetch(reviewsOf('4'))).text();
    await Promise.all(stack.instances.map(({ process }) => process.stop(10_000)));

    const known = await onceExpired(reviewsOf('4'));
    const unknown = await fetch(`${reviewsOf('4')}?sort=newest`);

    expect([known.status, known.headers.get('x-cache-status'), await known.text()]).toEqual([
      200,
      'STALE',
      before,
    ]);
    expect(unknown.status).toBe(503);
    expect(await unknown.json()).toMatchObject({ type: 'urn:problem-type:starling:unavailable' });
  });

  /** Reads until the response in Nginx's cache has expired. */
  async function onceExpired(url: string): Promise<Response> {
    for (;;) {
      const response = await fetch(url);
      if (response.headers.get('x-cache-status') !== 'HIT') return response;
      await sleep(50);
    }
  }
});
