// A store whose server renders its pages, with Node and Eta. Any template language works the same:
// fetch the fragment, print it unescaped, escape everything else.
//
//   STARLING_URL=http://127.0.0.1:8080 CDN_URL=http://127.0.0.1:8080/storefront PORT=4000 node server.mjs
//   curl http://127.0.0.1:4000/products/29
import { createServer } from 'node:http';
import path from 'node:path';
import { Eta } from 'eta';
import { readReviews } from './reviews.mjs';

const { CDN_URL, STARLING_URL, PORT = '4000' } = process.env;
const eta = new Eta({ views: path.join(import.meta.dirname, 'views'), cache: true });
const PRODUCTS = new Map([
  ['29', 'Harbour rain jacket'],
  ['57', 'Lambswool <jumper>'],
]);

const server = createServer(async (request, response) => {
  const id = /^\/products\/([A-Za-z0-9._:-]{1,64})$/.exec(request.url)?.[1];
  const name = PRODUCTS.get(id);
  if (!name) return response.writeHead(404).end('There is no such product\n');
  const reviews = await readReviews(id, { name, locale: 'en' });
  const page = eta.render('product', { id, name, reviews, cdnUrl: CDN_URL, apiUrl: STARLING_URL });
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page);
});

server.listen(Number(PORT), '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});
