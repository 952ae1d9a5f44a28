import type { ReviewPage } from '../../client/contract-types';
import type { ReviewPolicy } from '../../storefront/shared/statement-template';
import { createBoundedCache } from '../platform/bounded-cache';
import type { Freshness } from '../platform/db/read-batcher';
import { EncodedText } from '../platform/encoded-text';
import type { PublicAnswer } from '../platform/http/conditional';
import type { CacheStats } from '../platform/telemetry/cache-metrics';
import { NO_FILTERS } from '../reviews/review-filters';
import type { ReviewService } from '../reviews/review-service';
import { NEVER_REVIEWED, renderSummary } from '../summaries/summary-rendering';
import type { SummaryService } from '../summaries/summary-service';
import { createWidgetForms, renderWidget, type WidgetForm } from './widget-rendering';
import type { WidgetQuery } from './widget-schema';

export interface WidgetServiceDeps {
  readPage: ReviewService['readPage'];
  readSummary: SummaryService['readSummary'];
  /** The names that reviewers may rate, by which this feature knows the vocabulary. */
  characteristics(): Promise<ReadonlyMap<string, unknown>>;
  policy: ReviewPolicy;
  bytesMax: number;
}

export interface WidgetService {
  /** @param knownVersion the version that the client has in the form with this fingerprint */
  readWidget(
    productId: string,
    query: WidgetQuery,
    knownVersion: (fingerprint: string) => string | null,
    freshness: Freshness,
  ): Promise<PublicAnswer>;
  readonly stats: CacheStats;
}

/** A fragment of a product at `version`. */
interface Rendered {
  version: string;
  text: EncodedText;
}

/** The key, the entry and its places in lru-cache's lists. */
const ENTRY_BYTES = 500;

/**
 * Renders widgets from the stored first pages and the summaries, through the caches and batches of
 * those (reviews/review-service.ts, summaries/summary-service.ts). It has no statement of its own.
 *
 * Algorithm: the service asks for the page with the version of the fragment that it holds. If the
 * page still has that version, it sends the fragment. Otherwise it reads the summary and renders
 * both. Bound: `bytesMax` of fragments; the least recently used ones go first (lru-cache). Failure:
 * a failed read fails the request.
 *
 * A write between the two reads gives a page and a summary of two versions. Then the ETag names
 * both, so that the next request gets a new fragment, and the service does not keep this one.
 */
export function createWidgetService(deps: WidgetServiceDeps): WidgetService {
  const { readPage, readSummary, characteristics, policy, bytesMax } = deps;
  const forms = createWidgetForms(policy);
  const { entries: kept, stats } = createBoundedCache<Rendered>(
    bytesMax,
    ({ text }, key) => ENTRY_BYTES + key.length + text.bytes.length,
  );

  async function readWidget(
    productId: string,
    query: WidgetQuery,
    knownVersion: (fingerprint: string) => string | null,
    freshness: Freshness,
  ): Promise<PublicAnswer> {
    const vocabulary = [...(await characteristics()).keys()];
    const form = forms.of(query.locale, vocabulary);
    const key = keyOf(productId, query, form);
    const answer = (version: string, body: EncodedText | null, readAtMs?: number) => ({
      version: `${version}-${form.fingerprint}`,
      body,
      products: [productId],
      readAtMs,
    });

    const known = kept.get(key)?.version ?? knownVersion(form.fingerprint);
    const page = await readPage(productId, firstPage(query), known, freshness);
    const current = kept.get(key);
    if (current?.version === page.version) {
      stats.hits += 1;
      return answer(page.version, current.text, page.readAtMs);
    }
    if (page.body === null) return answer(page.version, null, page.readAtMs);

    stats.misses += 1;
    const summary = await readSummary(productId, freshness);
    const text = encode(
      renderWidget(form, productId, query, {
        page: JSON.parse(String(page.body)) as ReviewPage,
        summary: renderSummary(productId, summary.value),
      }),
    );
    const summaryVersion = summary.value?.version ?? NEVER_REVIEWED;
    const isOneVersion = page.version === summaryVersion;
    if (isOneVersion) kept.set(key, { version: page.version, text });
    const version = isOneVersion ? page.version : `${page.version}.${summaryVersion}`;
    return answer(version, text, earlier(page.readAtMs, summary.readAtMs));
  }

  return { readWidget, stats };
}

function firstPage({ limit }: WidgetQuery) {
  return { sort: 'relevant' as const, limit, cursor: undefined, ...NO_FILTERS };
}

/** Everything that the text depends on but the version. Only the last two may hold a space. */
function keyOf(
  productId: string,
  { limit, jsonld, product_name = '', jsonld_id = '' }: WidgetQuery,
  { wording, fingerprint }: WidgetForm & { fingerprint: string },
): string {
  return `${productId} ${fingerprint} ${wording.locale} ${limit} ${jsonld} ${JSON.stringify([product_name, jsonld_id])}`;
}

/** In memory as it is sent: one byte per byte, whatever the language. */
function encode(text: string): EncodedText {
  return new EncodedText(Buffer.from(text).toString('latin1'));
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
