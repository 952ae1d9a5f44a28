import express from 'express';
import supertest from 'supertest';
import { z } from 'zod';
import { createLogger } from '../telemetry/logger';
import { createErrorMiddleware } from './error-middleware';
import type { Operations } from './operation';
import { createOperationRouter } from './operation-router';

const said = { tag: 'Shelves', summary: 'A summary', description: 'A description' };
const operations = {
  readBook: {
    ...said,
    method: 'get',
    path: '/shelves/{shelf}/books/{book}',
    params: z.object({ shelf: z.string(), book: z.string().regex(/^\d+$/).transform(Number) }),
    query: z.object({ pages: z.string().default('all') }),
    responses: {},
    problems: [],
  },
  writeBook: {
    ...said,
    method: 'put',
    path: '/shelves/{shelf}/books/{book}',
    params: z.object({ shelf: z.string(), book: z.string().regex(/^\d+$/) }),
    query: z.strictObject({}),
    body: { schema: z.strictObject({ title: z.string() }), example: {} },
    responses: {},
    problems: [],
  },
  closeShelf: {
    ...said,
    method: 'post',
    path: '/shelves/{shelf}/close',
    scope: 'admin',
    body: { schema: z.strictObject({}), example: {} },
    responses: {},
    problems: [],
  },
} satisfies Operations;

const app = express()
  .use(
    createOperationRouter(operations, {
      readBook: ({ params, query }, _request, response) => void response.json({ params, query }),
      writeBook: async ({ params, body }, _request, response) => {
        if (body.title === 'unwritten') throw new Error('The pen is empty');
        response.json({ params, body });
      },
      closeShelf: (_input, _request, response) => void response.json({}),
    }),
  )
  .use(createErrorMiddleware(createLogger('silent', 'under-test'), () => {}));
const request = supertest(app);

describe('a router of declared operations', () => {
  it('passes what the declared schemas make of path and query', async () => {
    const { body } = await request.get('/shelves/a/books/7').expect(200);
    expect(body).toEqual({ params: { shelf: 'a', book: 7 }, query: { pages: 'all' } });
  });

  it('passes what the declared schema makes of the body, beside the path', async () => {
    const { body } = await request.put('/shelves/a/books/7').send({ title: 'Emma' }).expect(200);
    expect(body).toEqual({ params: { shelf: 'a', book: '7' }, body: { title: 'Emma' } });
  });

  it.each([
    ['a missing scope, before it reads the body', 'post', '/shelves/a/close', 401],
    ['a path, before it reads the body', 'put', '/shelves/a/books/x', 400],
    ['a query, before it reads the body', 'put', '/shelves/a/books/7?pages=1', 400],
    ['the form of a body', 'put', '/shelves/a/books/7', 415],
  ] as const)('refuses %s', async (_what, method, path, status) => {
    await request[method](path).set('Content-Type', 'text/plain').send('no JSON').expect(status);
  });

  it('refuses the values of a body', async () => {
    const { body } = await request.put('/shelves/a/books/7').send({ name: 'Emma' }).expect(422);
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(['title', 'name']);
  });

  it('answers 405 with the methods of a path that several operations share', async () => {
    const { headers } = await request.post('/shelves/a/books/7').expect(405);
    expect(headers.allow).toBe('GET, HEAD, PUT, OPTIONS');
  });

  it('hands what a handler rejects with to the error middleware', async () => {
    await request.put('/shelves/a/books/7').send({ title: 'unwritten' }).expect(500);
  });
});
