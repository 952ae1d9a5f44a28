import { z } from 'zod';
import { atelierPaths } from './atelier/atelier-contract';
import {
  legacyDraft,
  legacyList,
  legacyList2020,
  legacyMeta,
  legacyMeta2020,
} from './atelier/atelier-schema';
import { moderationPaths } from './moderation/moderation-contract';
import {
  decisionOutcomes,
  decisionsBody,
  moderationAudit,
  moderationQueue,
  responseBody,
} from './moderation/moderation-schema';
import { operationPaths } from './platform/http/health-contract';
import { inputSchema, PROBLEM, withoutMarks } from './platform/http/openapi-parts';
import { metricsPaths } from './platform/telemetry/metrics-contract';
import { privacyPaths } from './privacy/privacy-contract';
import { authorExport, erasureBody, erasureReceipt, exportBody } from './privacy/privacy-schema';
import { reviewPaths } from './reviews/review-contract';
import { review, reviewDraft, reviewPage } from './reviews/review-schema';
import { summaryPaths } from './summaries/summary-contract';
import { summaries, summary } from './summaries/summary-schema';
import { votePaths } from './votes/vote-contract';
import { actorReceipt, reportBody, reportReceipt, voteBody, voteCounts } from './votes/vote-schema';

/**
 * The contract, made from the schemas that the routes themselves check with. The tests hold each answer to it,
 * and its paths to the routes that are mounted, so that it cannot drift.
 */
export function buildOpenApiDocument() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Starling',
      version: '1',
      summary: 'Product ratings and reviews',
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'Reviews' },
      { name: 'Votes and reports' },
      { name: 'Summaries' },
      { name: 'Legacy contract', description: 'What existing front ends speak, in both of its forms' },
      { name: 'Moderation' },
      { name: 'Privacy' },
      { name: 'Operation' },
    ],
    paths: {
      ...reviewPaths,
      ...votePaths,
      ...summaryPaths,
      ...moderationPaths,
      ...privacyPaths,
      ...atelierPaths,
      ...operationPaths,
      ...metricsPaths,
    },
    components: {
      securitySchemes: { key: API_KEY },
      schemas: {
        ...outputSchemas(),
        ReviewDraft: inputSchema(reviewDraft),
        Vote: inputSchema(voteBody),
        Report: inputSchema(reportBody),
        Decisions: inputSchema(decisionsBody),
        ResponseDraft: inputSchema(responseBody),
        ExportRequest: inputSchema(exportBody),
        ErasureRequest: inputSchema(erasureBody),
        OlderReviewDraft: inputSchema(legacyDraft),
        Problem: PROBLEM,
      },
    },
  };
}

const INTRODUCTION = [
  'Public reads need no key, carry an `ETag` and may be kept by a CDN. Errors are',
  '[problem details](https://www.rfc-editor.org/rfc/rfc9457); `errors` names each bad value.',
  'Lists are paged by `cursor`: take `next_cursor` of a page as it is, with the same sort and filters.',
].join(' ');

const API_KEY = {
  type: 'http',
  scheme: 'bearer',
  description:
    'From `npm run client -- create`. Its scopes are `read`, `write`, `moderate`, `admin` and `metrics`.',
};

/** Schemas of answers, each under its own name, referring to each other. */
function outputSchemas(): Record<string, object> {
  const registry = z.registry<{ id: string }>();
  const named = {
    Review: review,
    ReviewPage: reviewPage,
    Summary: summary,
    Summaries: summaries,
    VoteCounts: voteCounts,
    ActorReceipt: actorReceipt,
    ModerationQueue: moderationQueue(review),
    ModerationAudit: moderationAudit,
    DecisionOutcomes: decisionOutcomes,
    AuthorExport: authorExport(review),
    ErasureReceipt: erasureReceipt,
    ReportReceipt: reportReceipt,
  };
  const olderNamed = {
    OlderReviewList: legacyList,
    OlderReviewList2020: legacyList2020,
    OlderMeta: legacyMeta,
    OlderMeta2020: legacyMeta2020,
  };
  for (const [id, schema] of Object.entries({ ...named, ...olderNamed })) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutMarks(schema)]));
}
