import type { ActorReceipt, VoteCounts } from '../../client/contract-types';
import { readStored, store } from './browser-storage';
import type { WidgetApi } from './widget-api';

/**
 * What this browser says about reviews: votes, which it may change and withdraw, and reports. The
 * service knows the browser by a token that it issues at the first of them
 * (docs/decisions/0080-believe-only-signed-actors.md).
 */
export interface ReviewVotes {
  /** What this browser has voted; undefined: nothing. */
  of(reviewId: string): boolean | undefined;
  /** @param helpful undefined: withdraws the vote */
  cast(productId: string, reviewId: string, helpful: boolean | undefined): Promise<VoteCounts>;
  report(productId: string, reviewId: string, reason: string, detail: string): Promise<void>;
}

export function createReviewVotes(api: WidgetApi): ReviewVotes {
  const storedAs = `starling-votes ${api.base}`;
  const own = readStored<Record<string, boolean>>(storedAs) ?? {};
  let headers: Promise<Record<string, string>> | undefined;

  /** Asks for a token once; without one the browser's address counts, until the next call. */
  function actorHeader(): Promise<Record<string, string>> {
    headers ??= findActor().catch(() => {
      headers = undefined;
      return {};
    });
    return headers;
  }

  async function findActor(): Promise<Record<string, string>> {
    const name = `starling-voter ${api.base}`;
    const receipt =
      readStored<ActorReceipt>(name) ??
      (await api.json<ActorReceipt>({ method: 'POST', path: '/v1/actors' }));
    store(name, receipt);
    return { 'Starling-Actor': receipt.actor };
  }

  return {
    of: (reviewId) => own[reviewId],
    async cast(productId, reviewId, helpful) {
      const counts = await api.json<VoteCounts>({
        method: helpful === undefined ? 'DELETE' : 'PUT',
        path: `/v1/products/${productId}/reviews/${reviewId}/vote`,
        headers: await actorHeader(),
        ...(helpful !== undefined && { body: { helpful } }),
      });
      if (helpful === undefined) delete own[reviewId];
      else own[reviewId] = helpful;
      store(storedAs, own);
      return counts;
    },
    async report(productId, reviewId, reason, detail) {
      await api.json({
        method: 'POST',
        path: `/v1/products/${productId}/reviews/${reviewId}/reports`,
        headers: await actorHeader(),
        body: { reason, detail: detail === '' ? null : detail },
      });
    },
  };
}
