import { type Request, type Response, Router } from 'express';
import type { z } from 'zod';
import type { Actor } from '../platform/http/actor';
import { sendPublic } from '../platform/http/conditional';
import { type IdempotencyKey, parseIdempotencyKey } from '../platform/http/idempotency';
import { principalOf } from '../platform/http/principal';
import type { Origin } from '../platform/http/request-origin';
import { addResource } from '../platform/http/routing';
import { parseBody, parseParameters, readJsonBody } from '../platform/http/validation';
import {
  type AtelierReview,
  type AtelierSummary,
  renderLegacyMeta,
  renderLegacyMeta2020,
  renderLegacyReview,
} from './atelier-rendering';
import {
  type LegacyDraft,
  type LegacyList,
  legacyDraft,
  legacyReviewPath,
  listQuery,
  metaQuery,
  productInBody,
} from './atelier-schema';

interface ReviewKey {
  productId: string;
  reviewId: string;
}

/** The newer contract's draft, as far as the older one fills it. */
interface Draft {
  rating: number;
  title: string;
  body: string;
  recommended: boolean | null;
  author: { name: string; email: string };
  photos: string[];
  characteristics: Record<string, number>;
  locale: null;
  verified: false;
}

/** The older contract, on the same services as the newer one. */
export interface AtelierRouterDeps {
  listByOffset(
    productId: string,
    sort: 'relevant' | 'newest' | 'helpful',
    limit: number,
    skip: number,
  ): Promise<{ version: string | null; reviews: AtelierReview[] }>;
  findSummary(productId: string): Promise<(AtelierSummary & { version: string }) | null>;
  /** Names of characteristics and the ids that this contract calls them by. */
  characteristicIds(): Promise<ReadonlyMap<string, number>>;
  submitReview(submission: {
    productId: string;
    draft: Draft;
    origin: Origin | null;
    idempotency: IdempotencyKey | null;
  }): Promise<unknown>;
  findProductOfReview(reviewId: string): Promise<string | null>;
  vote(command: ReviewKey & { voter: Actor; helpful: boolean }): Promise<unknown>;
  reportReview(command: ReviewKey & { reporter: Actor; reason: string; detail: null }): Promise<unknown>;
  actorOf(request: Request): Actor;
  originOf(request: Request, response: Response): Origin | null;
}

const NEVER_REVIEWED = '0';

export function createAtelierRouter(deps: AtelierRouterDeps): Router {
  const {
    listByOffset,
    findSummary,
    characteristicIds,
    submitReview,
    findProductOfReview,
    vote,
    reportReview,
    actorOf,
    originOf,
  } = deps;
  const router = Router();

  async function sendList(request: Request, response: Response, input: object): Promise<void> {
    const query = parseOrRefuse(listQuery, input, response);
    if (!query) return;
    const { product_id, page, count, sort } = query;
    const skip = (page - 1) * count;
    const { version, reviews } = await listByOffset(product_id, sort, count, skip);
    const list: LegacyList = {
      product: product_id,
      page: skip,
      count,
      results: reviews.map(renderLegacyReview),
    };
    send(request, response, product_id, version, list);
  }

  async function sendMeta(
    request: Request,
    response: Response,
    input: object,
    render: typeof renderLegacyMeta | typeof renderLegacyMeta2020,
  ): Promise<void> {
    const query = parseOrRefuse(metaQuery, input, response);
    if (!query) return;
    const { product_id } = query;
    const [summary, ids] = await Promise.all([findSummary(product_id), characteristicIds()]);
    send(request, response, product_id, summary?.version, render(product_id, summary, ids));
  }

  async function submit(request: Request, response: Response, holdsProduct: object): Promise<void> {
    const query = parseOrRefuse(productInBody, holdsProduct, response);
    if (!query) return;
    const draft = toDraft(parseBody(legacyDraft, request.body), await characteristicIds());
    const owner = principalOf(response)?.clientId ?? '';
    const asked = { path: `/reviews/${query.product_id}`, body: draft };
    const idempotency = parseIdempotencyKey(request.get('Idempotency-Key'), owner, asked);
    const origin = originOf(request, response);
    await submitReview({ productId: query.product_id, draft, origin, idempotency });
    response.setHeader('Cache-Control', 'no-store');
    response.status(201).type('text/plain').send('Created');
  }

  /** A review that does not exist, or is not shown, is answered like one that does, as the old servers did. */
  async function voteHelpful(request: Request, response: Response): Promise<void> {
    const key = await findReview(request);
    if (key) await vote({ ...key, voter: actorOf(request), helpful: true });
    sendDone(response);
  }

  async function report(request: Request, response: Response): Promise<void> {
    const key = await findReview(request);
    if (key) await reportReview({ ...key, reporter: actorOf(request), reason: 'other', detail: null });
    sendDone(response);
  }

  async function findReview(request: Request): Promise<{ productId: string; reviewId: string } | null> {
    const { review_id } = parseParameters(legacyReviewPath, request.params);
    const productId = await findProductOfReview(review_id);
    return productId === null ? null : { productId, reviewId: review_id };
  }

  addResource(router, '/reviews', {
    get: (request, response) => sendList(request, response, request.query),
    post: [...readJsonBody, (request, response) => submit(request, response, request.body)],
  });
  addResource(router, '/reviews/meta', {
    get: (request, response) => sendMeta(request, response, request.query, renderLegacyMeta),
  });
  addResource(router, '/reviews/:product_id/list', {
    get: (request, response) => sendList(request, response, { ...request.query, ...request.params }),
  });
  addResource(router, '/reviews/:product_id/meta', {
    get: (request, response) => sendMeta(request, response, request.params, renderLegacyMeta2020),
  });
  addResource(router, '/reviews/:product_id', {
    post: [...readJsonBody, (request, response) => submit(request, response, request.params)],
  });
  addResource(router, '/reviews/:review_id/helpful', { put: voteHelpful });
  addResource(router, '/reviews/helpful/:review_id', { put: voteHelpful });
  addResource(router, '/reviews/:review_id/report', { put: report });
  addResource(router, '/reviews/report/:review_id', { put: report });

  return router;
}

/** Ids of characteristics that nobody knows are ignored, as old servers did. */
function toDraft(posted: LegacyDraft, ids: ReadonlyMap<string, number>): Draft {
  const rated = [...ids].flatMap(([name, id]) => {
    const stars = posted.characteristics[id];
    return stars === undefined ? [] : [[name, stars] as const];
  });
  return {
    rating: posted.rating,
    title: posted.summary,
    body: posted.body,
    recommended: posted.recommend,
    author: { name: posted.name, email: posted.email },
    photos: posted.photos,
    characteristics: Object.fromEntries(rated),
    locale: null,
    verified: false,
  };
}

/** The old servers' one refusal, in their words. */
function parseOrRefuse<Schema extends z.ZodType>(
  schema: Schema,
  input: object,
  response: Response,
): z.output<Schema> | undefined {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  response.setHeader('Cache-Control', 'no-store');
  response.status(422).type('text/plain').send('Error: invalid product_id provided');
  return undefined;
}

function sendDone(response: Response): void {
  response.setHeader('Cache-Control', 'no-store');
  response.status(204).end();
}

function send(
  request: Request,
  response: Response,
  productId: string,
  version: string | null | undefined,
  document: object,
) {
  sendPublic(request, response, {
    version: version ?? NEVER_REVIEWED,
    body: JSON.stringify(document),
    products: [productId],
  });
}
