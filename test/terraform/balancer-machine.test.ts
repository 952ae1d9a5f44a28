import { describeWith } from '../support/programs';
import { BalancerMachine } from './balancer-machine';

/** On Linux, which the machines run, all of 127.0.0.0/8 is loopback. */
const [FIRST, SECOND] = ['127.0.0.11', '127.0.0.12'] as const;

describeWith('nginx', 'the scripts on the machine of Nginx', () => {
  let machine: BalancerMachine;
  let answered: Set<string>;
  let status: number;

  beforeAll(async () => {
    answered = new Set();
    machine = new BalancerMachine();
    await machine.start([FIRST, SECOND], (address) => (_request, response) => {
      answered.add(address);
      response.writeHead(address === FIRST ? status : 200).end(address);
    });
  });
  afterAll(() => machine.stop());
  beforeEach(() => {
    status = 200;
  });

  /**
   * Sends requests, which `least_conn` spreads over both, until `watching` ends.
   */
  async function askDuring<T>(watching: Promise<T>): Promise<T> {
    let over = false;
    const watched = watching.finally(() => {
      over = true;
    });
    answered.clear();
    for (let request = 0; !over; request += 1) {
      await (await fetch(`http://127.0.0.1:${machine.port}/v1/${request}`)).text();
    }
    expect(answered).toEqual(new Set([FIRST, SECOND]));
    return watched;
  }

  test('watch.sh passes an instance without requests, and accepts only an address', async () => {
    expect(await machine.run('watch.sh', FIRST)).toEqual({
      code: 0,
      output: '0 answers, 0 of them errors\n',
    });
    expect(await machine.run('watch.sh', '$(reboot)')).toEqual({
      code: 2,
      output: "watch.sh: expected an instance's address\n",
    });
  });

  test('watch.sh passes an instance that answers without errors, and fails one with errors', async () => {
    expect(await askDuring(machine.run('watch.sh', FIRST))).toEqual({
      code: 0,
      output: expect.stringMatching(/^[1-9]\d* answers, 0 of them errors\n$/),
    });

    status = 500;
    const both = Promise.all([machine.run('watch.sh', FIRST), machine.run('watch.sh', SECOND)]);
    expect(await askDuring(both)).toEqual([
      { code: 1, output: expect.stringMatching(/^[1-9]\d* answers, [1-9]\d* of them errors\n$/) },
      { code: 0, output: expect.stringMatching(/^[1-9]\d* answers, 0 of them errors\n$/) },
    ]);
  });

  test('render.sh renders the templates as the containers do', () => {
    expect(machine.configuration('starling/instances.conf')).toContain(
      `server ${FIRST}:${machine.instancePort} max_fails=3 fail_timeout=1s; server ${SECOND}:`,
    );
    expect(machine.configuration('starling/client-address.conf')).toContain(
      'set_real_ip_from 10.83.10.0/24; set_real_ip_from 10.83.11.0/24;',
    );
    expect(machine.configuration('starling/logging.conf')).toContain('"path":"$logged_path"');
  });

  test('render.sh keeps the old configuration when a value is missing or Nginx refuses the new one', async () => {
    const before = machine.configuration('starling/server.conf');
    machine.setTemplate('starling/server.conf.template', `listen \${NGINX_PORT};\n`);
    expect(await machine.run('render.sh')).toMatchObject({
      code: 1,
      output: expect.stringContaining('needs NGINX_PORT, which no parameter gives'),
    });
    machine.setTemplate('starling/server.conf.template', 'listen nonsense;\n');
    expect(await machine.run('render.sh')).toMatchObject({
      code: 1,
      output: expect.stringContaining('[emerg]'),
    });
    expect(machine.configuration('starling/server.conf')).toBe(before);
  });
});
