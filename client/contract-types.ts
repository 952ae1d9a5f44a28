// Made from the OpenAPI document by `npm run contract-types`. A test holds it to that.

export type Review = {
  review_id: number;
  product_id: string;
  rating: number;
  title: string;
  body: string;
  recommended: boolean | null;
  author: {
    name: string;
  };
  verified: boolean;
  locale: string | null;
  created_at: string;
  photos: {
    id: number;
    url: string;
  }[];
  characteristics: Record<string, number>;
  response: {
    body: string;
    created_at: string;
  } | null;
  helpful_count: number;
  not_helpful_count: number;
  /** Only in the answer to whoever wrote it: it waits for a moderator, and is not shown yet */
  state?: 'pending';
};

export type ReviewPage = {
  product_id: string;
  reviews: Review[];
  /** Send it as `cursor` for the next page; null on the last */
  next_cursor: string | null;
};

export type Summary = {
  product_id: string;
  count: number;
  /** Two decimals; null without reviews */
  average: number | null;
  histogram: {
    '1': number;
    '2': number;
    '3': number;
    '4': number;
    '5': number;
  };
  recommended: {
    yes: number;
    no: number;
  };
  characteristics: Record<
    string,
    {
      average: number;
      count: number;
    }
  >;
  /** Reviews of verified buyers */
  verified_count: number;
  /** Photos in all reviews */
  photo_count: number;
};

export type Summaries = {
  /** One a product asked for, by key */
  summaries: Summary[];
};

export type VoteCounts = {
  review_id: number;
  helpful_count: number;
  not_helpful_count: number;
};

export type ModerationQueue = {
  state: 'pending' | 'flagged' | 'rejected';
  /** Oldest first */
  reviews: {
    review: Review;
    /** What the checks found, and where; null: there were none yet */
    verdict: {
      policy: 'auto' | 'manual';
      links: ('title' | 'body' | 'author.name')[];
      profanity: ('title' | 'body' | 'author.name')[];
      /** Of whom or what there were too many reviews within ten minutes */
      velocity: ('author' | 'text' | 'address' | 'network')[];
    } | null;
    /** How many reporters gave which reason */
    reports: Record<string, number>;
  }[];
  /** Send it as `cursor`; null on the last page */
  next_cursor: string | null;
};

export type ModerationAudit = {
  review_id: number;
  /** Oldest first; kept when the review is gone */
  actions: {
    product_id: string;
    action: 'approve' | 'reject' | 'reply' | 'withdraw_reply';
    /** The state of the review before it */
    from: 'pending' | 'approved' | 'rejected' | 'flagged';
    /** After it; a reply changes none */
    to: 'pending' | 'approved' | 'rejected' | 'flagged';
    /** null for replies, and once the author is erased */
    reason: string | null;
    /** Whose key decided */
    client_id: string;
    acted_at: string;
  }[];
  /** Send it as `cursor`; null on the last page */
  next_cursor: string | null;
};

export type DecisionOutcomes = {
  decisions: {
    product_id: string;
    review_id: number;
    /** `unchanged`: it was in that state already. Each is decided alone, in the order asked */
    outcome: 'applied' | 'unchanged' | 'not_found';
    /** After it */
    state: 'approved' | 'rejected' | null;
  }[];
};

export type AuthorExport = {
  reviews: {
    review: Review;
    state: 'pending' | 'approved' | 'rejected' | 'flagged';
    verdict: Record<string, unknown> | null;
    reports: {
      reason: string;
      detail: string | null;
    }[];
    moderation: {
      action: string;
      reason: string | null;
      acted_at: string;
    }[];
  }[];
  /** Send it as `cursor` for the next 500; null on the last page */
  next_cursor: string | null;
};

export type ErasureReceipt = {
  mode: 'remove' | 'anonymize';
  /** How many there were */
  reviews: number;
  /** Whose pages a CDN may still hold for a minute: purge by `Cache-Tag` */
  products: string[];
};

export type ReportReceipt = {
  review_id: number;
  reported: true;
};

export type OlderReviewList = {
  product: string;
  /** The row offset: 0 for page 1 */
  page: number;
  count: number;
  results: {
    review_id: number;
    rating: number;
    summary: string;
    recommend: boolean;
    response: string | null;
    body: string;
    date: string;
    reviewer_name: string;
    helpfulness: number;
    photos: {
      id: number;
      url: string;
    }[];
  }[];
};

export type OlderMeta = {
  product_id: string;
  ratings: Record<string, string>;
  recommended: {
    false: string;
    true: string;
  };
  characteristics: Record<
    string,
    {
      id: number;
      value: string;
    }
  >;
};

export type OlderMeta2020 = {
  product_id: string;
  ratings: {
    '1': number;
    '2': number;
    '3': number;
    '4': number;
    '5': number;
  };
  recommended: {
    '0': number;
    '1': number;
  };
  characteristics: Record<
    string,
    {
      id: number;
      value: string;
    }
  >;
};

export type ReviewDraft = {
  rating: number;
  title?: string;
  body: string;
  recommended?: boolean | null;
  author: {
    name: string;
    /** For the merchant; never shown */
    email: string;
  };
  photos?: string[];
  /** Names of the store’s vocabulary, each rated 1–5 */
  characteristics?: Record<string, number>;
  locale?: string | null;
  /** Needs a key with the scope `write` */
  verified?: boolean;
};

export type Vote = {
  helpful: boolean;
};

export type Report = {
  reason: 'spam' | 'offensive' | 'off_topic' | 'fake' | 'privacy' | 'other';
  detail?: string | null;
};

export type Decisions = {
  decisions: {
    /** The store's own key: an SKU, a handle, a Shopify id */
    product_id: string;
    review_id: number;
    decision: 'approve' | 'reject';
    reason: string;
  }[];
};

export type ResponseDraft = {
  body: string;
};

export type ExportRequest = {
  email: string;
  cursor?: string;
};

export type ErasureRequest = {
  email: string;
  /** `remove`: the reviews go. `anonymize`: rating, text and votes stay; name, e-mail, and photos go */
  mode: 'remove' | 'anonymize';
};

export type OlderReviewDraft = {
  rating: number | string;
  summary?: string;
  body: string;
  recommend?: boolean | null;
  name: string;
  email: string;
  photos?: string[];
  characteristics?: Record<string, number | string>;
};

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance: string;
  errors?: {
    path: string;
    message: string;
  }[];
  'violated-policies'?: string[];
};
