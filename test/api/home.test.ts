import supertest from 'supertest';
import { createTestApi, type TestApi } from '../support/api';

describe('the page at /', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await createTestApi();
  });
  afterAll(() => api.close());

  it('names the service, and every link on it works', async () => {
    const page = await api
      .get('/', { Accept: 'text/html' })
      .expect(200)
      .expect('Content-Type', /^text\/html/);
    expect(page.text).toContain('ratings and reviews service');
    const links = [...page.text.matchAll(/href="([^"]+)"/g)].map(([, href]) => href!);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) await supertest(api.app).get(link).expect(200);
  });

  it('runs no scripts and loads nothing from another origin', async () => {
    const { headers, text } = await api.get('/').expect(200);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';style-src 'self';img-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
    expect(text).not.toMatch(/<script|style=|https?:/);
  });

  it('answers HEAD, and 405 to other methods', async () => {
    await api
      .send('head', '/')
      .expect(200)
      .expect('Content-Type', /^text\/html/);
    for (const method of ['post', 'put', 'delete'] as const)
      await api.send(method, '/').expect(405).expect('Allow', 'GET, HEAD, OPTIONS');
  });
});
