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
  merchantResponseDraft,
  moderationAudit,
  moderationQueue,
} from './moderation/moderation-schema';
import { operationPaths } from './platform/http/health-contract';
import { inputSchema, keySchemes, withoutMarks } from './platform/http/openapi-parts';
import { completePaths } from './platform/http/openapi-paths';
import { problemSchemas } from './platform/http/openapi-problem-schemas';
import { OTHER_PROBLEM } from './platform/http/openapi-problems';
import { packageVersion } from './platform/package-root';
import { metricsPaths } from './platform/telemetry/metrics-contract';
import { privacyPaths } from './privacy/privacy-contract';
import { authorExport, erasureBody, erasureReceipt, exportBody } from './privacy/privacy-schema';
import { REVIEW_EXAMPLE, reviewPaths } from './reviews/review-contract';
import { review, reviewDraft, reviewPage } from './reviews/review-schema';
import { summaryPaths } from './summaries/summary-contract';
import { summaries, summary } from './summaries/summary-schema';
import { votePaths } from './votes/vote-contract';
import { actorReceipt, reportBody, reportReceipt, voteBody, voteCounts } from './votes/vote-schema';

/**
 * The contract, made from the schemas that the routes themselves check with. The tests hold each
 * answer to it, and its paths to the routes that are mounted, so that it cannot drift.
 */
export function buildOpenApiDocument() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Starling',
      version: packageVersion,
      summary: 'Product ratings and reviews',
      description: INTRODUCTION,
      contact: { name: 'The Starling project' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'Where this document comes from' }],
    // Nothing needs a key but what says so. A key may be sent with any request: the quotas are
    // then its client's.
    security: [],
    tags: [
      { name: 'Reviews', description: 'Read and write reviews' },
      { name: 'Votes and reports', description: 'What readers say about a review' },
      { name: 'Summaries', description: 'Products in numbers' },
      {
        name: 'Legacy contract',
        description: 'What existing front ends speak, in both of its forms',
      },
      {
        name: 'Moderation',
        description: 'Deciding which reviews are shown; needs a key with the scope `moderate`',
      },
      {
        name: 'Privacy',
        description: 'What the law grants an author; needs a key with the scope `admin`',
      },
      { name: 'Operation', description: 'For balancers, orchestrators and monitoring' },
    ],
    paths: completePaths({
      ...reviewPaths,
      ...votePaths,
      ...summaryPaths,
      ...moderationPaths(REVIEW_EXAMPLE),
      ...privacyPaths(REVIEW_EXAMPLE),
      ...atelierPaths,
      ...operationPaths,
      ...metricsPaths,
    }),
    components: {
      securitySchemes: keySchemes(),
      schemas: {
        ...outputSchemas(),
        ReviewDraft: inputSchema(reviewDraft),
        Vote: inputSchema(voteBody),
        Report: inputSchema(reportBody),
        Decisions: inputSchema(decisionsBody),
        MerchantResponseDraft: inputSchema(merchantResponseDraft),
        ExportRequest: inputSchema(exportBody),
        ErasureRequest: inputSchema(erasureBody),
        OlderReviewDraft: inputSchema(legacyDraft),
        ...problemSchemas(),
      },
      responses: { OtherProblem: OTHER_PROBLEM },
    },
  };
}

const INTRODUCTION = [
  'Public reads need no key, carry an `ETag` and may be kept by a CDN; a key may be sent with any request, and the quotas',
  "are then its client's. Errors are [problem details](https://www.rfc-editor.org/rfc/rfc9457): tell them apart by `type`; each",
  'operation names the types that it answers under each status. Lists are paged by `cursor`: take `next_cursor` of a page as it',
  'is, with the same sort and filters.',
].join(' ');

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
  for (const [id, schema] of Object.entries({ ...named, ...olderNamed }))
    registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, schema]) => [id, withoutMarks(schema)]),
  );
}
