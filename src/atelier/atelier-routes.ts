import type { Request, Response, Router } from 'express';
import type { z } from 'zod';
import type { Actor } from '../platform/http/actor';
import { findOversize } from '../platform/http/body-bounds';
import { sendPublic } from '../platform/http/conditional';
import { freshnessOf } from '../platform/http/fresh-reads';
import { parseIdempotencyKey } from '../platform/http/idempotency';
import { createOperationRouter } from '../platform/http/operation-router';
import { principalOf } from '../platform/http/principal';
import type { Origin } from '../platform/http/request-origin';
import type { ReviewKey } from '../reviews/review-key';
import type { StoredReview } from '../reviews/review-payload';
import type { ReviewDraft } from '../reviews/review-schema';
import type { ReviewService } from '../reviews/review-service';
import type { SubmissionService } from '../reviews/submission-service';
import type { SummaryService } from '../summaries/summary-service';
import {
  atelierOperations,
  INVALID_PRODUCT,
  INVALID_REVIEW,
  INVALID_REVIEW_ID,
} from './atelier-contract';
import {
  renderLegacyMeta,
  renderLegacyMeta2020,
  renderLegacyReview,
  renderLegacyReview2020,
} from './atelier-rendering';
import {
  type LegacyDraft,
  type LegacyReview,
  type LegacyReview2020,
  legacyDraft,
  legacyReviewPath,
  listQuery,
  metaQuery,
  productInBody,
} from './atelier-schema';

/** The services of /v1 that the legacy contract uses. */
export interface AtelierRouterDeps {
  listByOffset: ReviewService['listByOffset'];
  findSummary: SummaryService['findSummary'];
  /** Ids of characteristics by their names. */
  characteristicIds(): Promise<ReadonlyMap<string, number>>;
  submitReview: SubmissionService['submitReview'];
  findProductOfReview(reviewId: string): Promise<string | null>;
  vote(command: ReviewKey & { voter: Actor; helpful: boolean }): Promise<unknown>;
  reportReview(
    command: ReviewKey & { reporter: Actor; reason: string; detail: null },
  ): Promise<unknown>;
  actorOf(request: Request, response: Response): Actor;
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

  async function sendList(
    request: Request,
    response: Response,
    input: object,
    render: (review: StoredReview) => LegacyReview | LegacyReview2020,
  ): Promise<void> {
    const query = parseOrRefuse(listQuery, input, response, INVALID_PRODUCT);
    if (!query) return;
    const { product_id, page, count, sort } = query;
    const skip = (page - 1) * count;
    const listing = { productId: product_id, sort, limit: count, skip };
    const { version, reviews } = await listByOffset(listing, freshnessOf(request));
    const list = { product: product_id, page: skip, count, results: reviews.map(render) };
    send(request, response, product_id, version, list);
  }

  async function sendMeta(
    request: Request,
    response: Response,
    input: object,
    render: typeof renderLegacyMeta | typeof renderLegacyMeta2020,
  ): Promise<void> {
    const query = parseOrRefuse(metaQuery, input, response, INVALID_PRODUCT);
    if (!query) return;
    const { product_id } = query;
    const [summary, ids] = await Promise.all([
      findSummary(product_id, freshnessOf(request)),
      characteristicIds(),
    ]);
    send(request, response, product_id, summary?.version, render(product_id, summary, ids));
  }

  /** @param holdsProduct undefined if it must be the body, and the request has none */
  async function submit(request: Request, response: Response, holdsProduct: object | undefined) {
    const refusal = hasProduct(holdsProduct) ? INVALID_PRODUCT : INVALID_REVIEW;
    const product = parseOrRefuse(productInBody, holdsProduct, response, refusal);
    if (!product) return;
    const posted = parseOrRefuse(legacyDraft, request.body, response, INVALID_REVIEW);
    if (!posted) return;
    const draft = toDraft(posted, await characteristicIds());
    const owner = principalOf(response)?.clientId ?? '';
    const asked = { path: `/reviews/${product.product_id}`, body: draft };
    const idempotency = parseIdempotencyKey(request.get('Idempotency-Key'), owner, asked);
    const origin = originOf(request, response);
    await submitReview({ productId: product.product_id, draft, origin, idempotency });
    response.setHeader('Cache-Control', 'no-store');
    response.status(201).type('text/plain').send('Created');
  }

  /** A review that does not exist or is hidden gets the same answer, as on the old servers. */
  async function voteHelpful(request: Request, response: Response): Promise<void> {
    const path = parseOrRefuse(legacyReviewPath, request.params, response, INVALID_REVIEW_ID);
    if (!path) return;
    const voter = actorOf(request, response);
    const key = await findReview(path.review_id);
    if (key) await vote({ ...key, voter, helpful: true });
    sendDone(response);
  }

  async function report(request: Request, response: Response): Promise<void> {
    const path = parseOrRefuse(legacyReviewPath, request.params, response, INVALID_REVIEW_ID);
    if (!path) return;
    const reporter = actorOf(request, response);
    const key = await findReview(path.review_id);
    if (key) await reportReview({ ...key, reporter, reason: 'other', detail: null });
    sendDone(response);
  }

  async function findReview(reviewId: string): Promise<ReviewKey | null> {
    const productId = await findProductOfReview(reviewId);
    return productId === null ? null : { productId, reviewId };
  }

  return createOperationRouter(atelierOperations, {
    listLegacyReviews: (_input, request, response) =>
      sendList(request, response, request.query, renderLegacyReview),
    submitLegacyReview: (_input, request, response) => submit(request, response, request.body),
    readLegacyMeta: (_input, request, response) =>
      sendMeta(request, response, request.query, renderLegacyMeta),
    listLegacyReviews2020: (_input, request, response) =>
      sendList(request, response, { ...request.query, ...request.params }, renderLegacyReview2020),
    readLegacyMeta2020: (_input, request, response) =>
      sendMeta(request, response, request.params, renderLegacyMeta2020),
    submitLegacyReview2020: (_input, request, response) =>
      submit(request, response, request.params),
    voteLegacy: (_input, request, response) => voteHelpful(request, response),
    voteLegacy2020: (_input, request, response) => voteHelpful(request, response),
    reportLegacy: (_input, request, response) => report(request, response),
    reportLegacy2020: (_input, request, response) => report(request, response),
  });
}

function hasProduct(holder: { product_id?: unknown } | undefined): boolean {
  return holder?.product_id !== undefined && holder.product_id !== '';
}

/** Ignores unknown ids of characteristics, as the old servers did. */
function toDraft(posted: LegacyDraft, ids: ReadonlyMap<string, number>): ReviewDraft {
  const rated = [...ids].flatMap(([name, id]) => {
    const stars = posted.characteristics?.[id];
    return typeof stars === 'number' ? [[name, stars] as const] : [];
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

function parseOrRefuse<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  response: Response,
  refusal: string,
): z.output<Schema> | undefined {
  const result = findOversize(input) ? null : schema.safeParse(input);
  if (result?.success) return result.data;
  response.setHeader('Cache-Control', 'no-store');
  response.status(422).type('text/plain').send(refusal);
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
