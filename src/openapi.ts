import { createDocument } from 'zod-openapi';
import { atelierOperations } from './atelier/atelier-contract';
import { moderationOperations } from './moderation/moderation-contract';
import { healthOperations } from './platform/http/health-contract';
import { omitInputDefault } from './platform/http/openapi-parameters';
import { keySchemes } from './platform/http/openapi-parts';
import { documentPaths } from './platform/http/openapi-paths';
import { problemSchemas } from './platform/http/openapi-problem-schemas';
import { OTHER_PROBLEM } from './platform/http/openapi-problems';
import { packageVersion } from './platform/package-root';
import { metricsOperations } from './platform/telemetry/metrics-contract';
import { privacyOperations } from './privacy/privacy-contract';
import { reviewOperations } from './reviews/review-contract';
import { widgetOperations } from './storefront/widget-contract';
import { summaryOperations } from './summaries/summary-contract';
import { actorOperations, voteOperations } from './votes/vote-contract';

/**
 * The OpenAPI document, made from the operations that the routers serve (platform/http/operation.ts).
 * Every schema with an id becomes a component. The tests check each answer against the document,
 * and its paths against the mounted routes.
 */
export function buildOpenApiDocument() {
  const paths = documentPaths([
    reviewOperations,
    actorOperations,
    voteOperations,
    summaryOperations,
    widgetOperations,
    moderationOperations,
    privacyOperations,
    atelierOperations,
    healthOperations,
    metricsOperations,
  ]);
  const responses = { OtherProblem: OTHER_PROBLEM };
  const document = createDocument(
    {
      openapi: '3.1.0',
      info: INFO,
      servers: [{ url: '/', description: 'The host that serves this document' }],
      // An operation needs a key only if it says so. A client may send one with any request: the
      // quotas of its key then apply.
      security: [],
      tags: TAGS,
      paths,
      components: { securitySchemes: keySchemes(), responses },
    },
    { override: omitInputDefault },
  );
  const ownSchemas = document.components?.schemas as Record<string, object>;
  return {
    ...document,
    info: INFO,
    tags: TAGS,
    paths: document.paths as typeof paths,
    components: {
      ...document.components,
      schemas: { ...ownSchemas, ...problemSchemas() },
      responses,
    },
  };
}

const INTRODUCTION = [
  'Public reads need no key and have an `ETag`; a CDN may cache them. You may send a key with any request: the quotas of its',
  'client then apply. Errors are [problem details](https://www.rfc-editor.org/rfc/rfc9457): tell them apart by `type`. Each',
  'operation lists the types that it answers under each status. For the next page of a list, send `next_cursor` unchanged as',
  '`cursor`, with the same sort and filters.',
].join(' ');

const INFO = {
  title: 'Starling',
  version: packageVersion,
  summary: 'Product ratings and reviews',
  description: INTRODUCTION,
  contact: { name: 'The Starling project' },
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

const TAGS = [
  { name: 'Reviews', description: 'Read and write reviews' },
  { name: 'Votes and reports', description: 'Say that a review helped, or report it' },
  { name: 'Summaries', description: 'Counts and averages of a product' },
  { name: 'Storefront', description: 'Reviews as HTML, for the pages of a store' },
  {
    name: 'Legacy contract',
    description: 'For existing front ends, in its two forms',
  },
  {
    name: 'Moderation',
    description: 'Decide which reviews are shown; needs a key with the scope `moderate`',
  },
  {
    name: 'Privacy',
    description: 'Export or erase the data of an author; needs a key with the scope `admin`',
  },
  { name: 'Operation', description: 'For balancers, orchestrators and monitoring' },
];
