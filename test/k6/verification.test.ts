import { startNginx, type TestNginx } from '../support/nginx';
import { describeWith } from '../support/programs';
import { type Fleet, startFleet } from '../support/throttle-fleet';

describeWith('nginx', 'loader.io, before it sends load', () => {
  let fleet: Fleet;
  let nginx: TestNginx;

  beforeAll(async () => {
    fleet = await startFleet(1, { LOADERIO_TOKEN: 'abc123' });
    nginx = await startNginx(fleet.urls.map((url) => Number(new URL(url).port)));
  });
  afterAll(async () => {
    await nginx?.stop();
    await fleet?.stop();
  });

  it('gets its file through Nginx, with only the token in it', async () => {
    const answer = await fetch(`${nginx.url}/loaderio-abc123.txt`);

    expect([answer.status, await answer.text()]).toEqual([200, 'loaderio-abc123']);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  });

  it('gets no file for another token', async () => {
    expect((await fetch(`${nginx.url}/loaderio-abc124.txt`)).status).toBe(404);
  });
});
