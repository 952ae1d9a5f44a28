import type { ReviewKey } from '../reviews/review-key';

/** Hashes of the client's identity and network. `network` is null if the store vouches for it. */
interface Actor {
  id: Buffer;
  network: Buffer | null;
}

/** One voter's vote on one review; null withdraws it. */
export interface VoteCommand extends ReviewKey {
  voter: Actor;
  helpful: boolean | null;
}

/** The counts after the vote; null: the product shows no such review. */
export type VoteOutcome = { helpfulCount: number; notHelpfulCount: number } | null;

export interface ReportCommand extends ReviewKey {
  reporter: Actor;
  reason: string;
  detail: string | null;
}

/** Whether the product shows such a review. */
export type ReportOutcome = boolean;
