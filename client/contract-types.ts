// Made from the OpenAPI document by `npm run contract-types`. A test holds it to that.

export type ReviewDraft = {
  /** How many stars */
  rating: number;
  /** The title: at most 150 characters; default: empty */
  title?: string;
  /** The text of the review: 1–5,000 characters */
  body: string;
  /** Whether the author recommends the product; null, the default: not answered */
  recommended?: boolean | null;
  /** Who wrote it */
  author: {
    /** The name to show: 1–60 characters */
    name: string;
    /** For the merchant; never shown. Each address may review a product once */
    email: string;
  };
  /** At most 5 https URLs of at most 2,048 characters each; default: none */
  photos?: string[];
  /** Characteristics of the store’s list, such as Fit or Quality, each rated 1–5; default: none */
  characteristics?: Record<string, number>;
  /** The language tag of the text, such as `pt-BR`; null, the default: unknown */
  locale?: string | null;
  /** Whether the author has bought the product. `true` needs a key with the scope `write`; default: false */
  verified?: boolean;
};

export type Vote = {
  /** true: the review helped; false: it did not */
  helpful: boolean;
};

export type Report = {
  /** What is wrong with the review */
  reason: 'spam' | 'offensive' | 'off_topic' | 'fake' | 'privacy' | 'other';
  /** A note for the moderators: at most 1,000 characters; null, the default: none */
  detail?: string | null;
};

export type Decisions = {
  /** 1–100 decisions, each about a different review */
  decisions: {
    /** The store's own key of the product: an SKU, a handle, a Shopify id */
    product_id: string;
    /** The id of the review */
    review_id: number;
    /** `approve`: show the review; `reject`: hide it */
    decision: 'approve' | 'reject';
    /** For the audit: 1–1,000 characters */
    reason: string;
  }[];
};

export type MerchantResponseDraft = {
  /** The text of the merchant response: 1–5,000 characters */
  body: string;
};

export type ExportRequest = {
  /** The e-mail address of the author, in any spelling: all of their reviews */
  email?: string;
  /** Instead of `email`: one review */
  review_id?: number | number;
  /** With `review_id`: only if the review is of this product */
  product_id?: string;
  /** `next_cursor` of the previous page; default: the first page */
  cursor?: string;
};

export type ErasureRequest = {
  /** The e-mail address of the author, in any spelling: all of their reviews */
  email?: string;
  /** Instead of `email`: one review */
  review_id?: number | number;
  /** With `review_id`: only if the review is of this product */
  product_id?: string;
  /** `remove`: deletes the reviews with their votes and reports. `anonymize`: keeps rating, text and votes, and deletes name, e-mail address and photos */
  mode: 'remove' | 'anonymize';
};

export type LegacyReviewDraft = {
  /** How many stars, 1–5; a number or a string */
  rating: number | string;
  /** The title: at most 150 characters; null or missing: empty */
  summary?: string | null;
  /** The text of the review: 1–5,000 characters */
  body: string;
  /** Whether the author recommends the product; null, empty or missing: not answered */
  recommend?: boolean | 0 | 1 | '0' | '1' | 'true' | 'false' | '' | null;
  /** The name to show: 1–60 characters */
  name: string;
  /** For the merchant; never shown */
  email: string;
  /** At most 5 http or https URLs; the service ignores other values; null or missing: none */
  photos?: unknown[] | Record<string, unknown> | string | null;
  /** Ids of characteristics from `/reviews/meta`, each rated 1–5; the service ignores unknown ids */
  characteristics?: Record<string, number | string | null | ''> | null;
};

export type ReviewPage = {
  /** The store's own key of the product */
  product_id: string;
  /** At most `limit` reviews; empty: the product has none */
  reviews: Review[];
  /** Send it as `cursor` for the next page; null on the last page */
  next_cursor: string | null;
};

export type Review = {
  /** The id of the review, unique in the store */
  review_id: number;
  /** The store's own key of the product */
  product_id: string;
  /** How many stars */
  rating: number;
  /** The title as the author wrote it: escape it in HTML. It may be empty */
  title: string;
  /** The text as the author wrote it: escape it in HTML */
  body: string;
  /** Whether the author recommends the product; null: not answered */
  recommended: boolean | null;
  /** Who wrote it */
  author: {
    /** The name to show; `Anonymous` after erasure */
    name: string;
  };
  /** Whether the store confirms that the author bought the product */
  verified: boolean;
  /** The language tag of the text; null: unknown */
  locale: string | null;
  /** When the author wrote it */
  created_at: string;
  /** At most 5, in the order that the author chose */
  photos: {
    /** The number of the photo in the review, from 1 */
    id: number;
    /** The address of the photo */
    url: string;
  }[];
  /** The characteristics that the author rated, by name, each 1–5 */
  characteristics: Record<string, number>;
  /** The merchant response; null: there is none */
  response: {
    /** The text as the merchant wrote it: escape it in HTML */
    body: string;
    /** When the merchant wrote it */
    created_at: string;
  } | null;
  /** How many voters say that the review helped */
  helpful_count: number;
  /** How many voters say that it did not */
  not_helpful_count: number;
  /** Only in the answer to the author: the review is held back until a moderator decides. A review without this field may be held back too */
  state?: 'pending';
};

export type ActorReceipt = {
  /** Send it as `Starling-Actor`. Keep it in the storage of the browser */
  actor: string;
};

export type VoteCounts = {
  /** The id of the review */
  review_id: number;
  /** How many voters say that the review helped */
  helpful_count: number;
  /** How many voters say that it did not */
  not_helpful_count: number;
};

export type ReportReceipt = {
  /** The id of the review */
  review_id: number;
  /** Always true; a second report by the same reporter changes nothing */
  reported: true;
};

export type Summary = {
  /** The store's own key of the product */
  product_id: string;
  /** How many approved reviews the product has */
  count: number;
  /** The average rating, rounded to two decimals; null: no reviews */
  average: number | null;
  /** How many reviews have each rating */
  histogram: {
    /** Reviews with one star */
    '1': number;
    /** Reviews with two stars */
    '2': number;
    /** Reviews with three stars */
    '3': number;
    /** Reviews with four stars */
    '4': number;
    /** Reviews with five stars */
    '5': number;
  };
  /** What the authors answered; those who did not answer are in neither count */
  recommended: {
    /** Authors who recommend the product */
    yes: number;
    /** Authors who do not recommend it */
    no: number;
  };
  /** Ratings of characteristics, by name; only those that a review rates */
  characteristics: Record<
    string,
    {
      /** The average rating, rounded to two decimals */
      average: number;
      /** How many reviews rate it */
      count: number;
    }
  >;
  /** Reviews of verified buyers */
  verified_count: number;
  /** Photos in all reviews */
  photo_count: number;
};

export type Summaries = {
  /** One per product of the request, each once, in the order of the keys */
  summaries: Summary[];
};

export type WidgetFragment = string;

export type ModerationQueue = {
  /** The state that the request names */
  state: 'pending' | 'flagged' | 'rejected';
  /** In the order of their ids: roughly oldest first */
  reviews: {
    review: Review;
    /** What the checks found, and where; null: the checks did not run, as for imported reviews */
    verdict: {
      /** The setting `MODERATION` when the review was submitted */
      policy: 'auto' | 'manual';
      /** At most 20 findings, those of the title first */
      findings: {
        /** The check. `copy`: near copies of the body; `author_velocity`, `address_velocity`, `network_velocity`: too many reviews from one author, address or network */
        rule:
          | 'link'
          | 'profanity'
          | 'copy'
          | 'author_velocity'
          | 'address_velocity'
          | 'network_velocity';
        /** The field with the finding; null: the rule concerns no single field */
        field: 'title' | 'body' | 'author.name' | null;
        /** The words that the check found, as they are in the field, at most 100 characters; empty for copies and velocity, and for findings from before November 2026 */
        words: string[];
        /** The start of the words in the field, in UTF-16 code units, as JavaScript counts; null if `words` is empty */
        start: number | null;
        /** The end of the words; null if `words` is empty */
        end: number | null;
        /** For copies and velocity: how many reviews there were; otherwise null */
        count: number | null;
        /** For copies and velocity: how many reviews are allowed; otherwise null */
        limit: number | null;
      }[];
      /** The review was posted without a key under an e-mail that had already reviewed the product. The service cannot know which author owns the e-mail: approve the review that you believe, and reject the other (`other_review_id`) */
      same_author?: true;
    } | null;
    /** How many reporters gave each reason; settled reports do not count */
    reports: Record<string, number>;
    /** With `same_author`: the id of the other review with the e-mail; null if it no longer exists */
    other_review_id: number | null;
  }[];
  /** Send it as `cursor` for the next page; null on the last page */
  next_cursor: string | null;
};

export type DecisionOutcomes = {
  /** One per decision, in the same order */
  decisions: {
    /** The store's own key of the product */
    product_id: string;
    /** The id of the review */
    review_id: number;
    /** `unchanged`: the review was in that state already; `not_found`: there is no such review */
    outcome: 'applied' | 'unchanged' | 'not_found';
    /** The current state of the review; null: there is no such review */
    state: 'approved' | 'rejected' | null;
  }[];
};

export type ModerationAudit = {
  /** The id of the review */
  review_id: number;
  /** Oldest first; kept after the review is erased */
  actions: {
    /** The store's own key of the product */
    product_id: string;
    /** `respond` and `withdraw_response`: the merchant response was written or withdrawn */
    action: 'approve' | 'reject' | 'respond' | 'withdraw_response';
    /** The state of the review before the action */
    from: 'pending' | 'approved' | 'rejected' | 'flagged';
    /** The state after the action; a merchant response does not change it */
    to: 'pending' | 'approved' | 'rejected' | 'flagged';
    /** The moderator's reason; null for merchant responses, and after the author is erased */
    reason: string | null;
    /** The API client whose key was used */
    client_id: string;
    /** When the action happened */
    acted_at: string;
  }[];
  /** Send it as `cursor` for the next page; null on the last page */
  next_cursor: string | null;
};

export type AuthorExport = {
  /** At most 500, in the order of their products */
  reviews: {
    review: Review;
    /** Shoppers see only `approved` reviews */
    state: 'pending' | 'approved' | 'rejected' | 'flagged';
    /** What the checks found when the review was submitted; null: the checks did not run, as for imported reviews */
    verdict: Record<string, unknown> | null;
    /** The reports of readers */
    reports: {
      /** The reason that the reporter chose */
      reason: string;
      /** The note of the reporter; null: none */
      detail: string | null;
    }[];
    /** What moderators and merchants did */
    moderation: {
      /** The action: `approve`, `reject`, `respond`, … */
      action: string;
      /** The moderator's reason; null: none */
      reason: string | null;
      /** When the action happened */
      acted_at: string;
    }[];
  }[];
  /** Send it as `cursor` for the next page; null on the last page */
  next_cursor: string | null;
};

export type ErasureReceipt = {
  /** The mode of the request */
  mode: 'remove' | 'anonymize';
  /** How many reviews were erased */
  reviews: number;
  /** Products whose pages a CDN may cache for another minute: purge them by `Cache-Tag` */
  products: string[];
};

export type LegacyReviewList = {
  /** The id of the product, a string of digits */
  product: string;
  /** The row offset: 0 for page 1 */
  page: number;
  /** How many reviews the request asked for */
  count: number;
  /** The reviews of the page */
  results: {
    /** The id of the review */
    review_id: number;
    /** How many stars */
    rating: number;
    /** The title; it may be empty */
    summary: string;
    /** Whether the author recommends the product */
    recommend: boolean;
    /** The merchant response; null: there is none */
    response: string | null;
    /** The text of the review */
    body: string;
    /** When the author wrote it */
    date: string;
    /** The name to show */
    reviewer_name: string;
    /** How many voters say that the review helped */
    helpfulness: number;
    /** In the order that the author chose */
    photos: {
      /** The number of the photo in the review, from 1 */
      id: number;
      /** The address of the photo */
      url: string;
    }[];
  }[];
};

export type LegacyMeta = {
  /** The id of the product, a string of digits */
  product_id: string;
  /** How many reviews have each rating, as strings of digits; ratings without reviews are missing */
  ratings: Record<string, string>;
  /** What the authors answered */
  recommended: {
    /** Authors who do not recommend the product */
    false: string;
    /** Authors who recommend it */
    true: string;
  };
  /** Ratings of characteristics, by name */
  characteristics: Record<
    string,
    {
      /** The id of the characteristic, for drafts */
      id: number;
      /** The average rating, a string with sixteen decimals */
      value: string;
    }
  >;
};

export type LegacyReviewList2020 = {
  /** The id of the product, a string of digits */
  product: string;
  /** The row offset: 0 for page 1 */
  page: number;
  /** How many reviews the request asked for */
  count: number;
  /** The reviews of the page */
  results: {
    /** The id of the review */
    review_id: number;
    /** How many stars */
    rating: number;
    /** The title; it may be empty */
    summary: string;
    /** Whether the author recommends the product: 1 or 0 */
    recommend: number;
    /** The merchant response; null: there is none */
    response: string | null;
    /** The text of the review */
    body: string;
    /** When the author wrote it */
    date: string;
    /** The name to show */
    reviewer_name: string;
    /** How many voters say that the review helped */
    helpfulness: number;
    /** In the order that the author chose */
    photos: {
      /** The number of the photo in the review, from 1 */
      id: number;
      /** The address of the photo */
      url: string;
    }[];
  }[];
};

export type LegacyMeta2020 = {
  /** The id of the product, a string of digits */
  product_id: string;
  /** How many reviews have each rating */
  ratings: {
    /** Reviews with one star */
    '1': number;
    /** Reviews with two stars */
    '2': number;
    /** Reviews with three stars */
    '3': number;
    /** Reviews with four stars */
    '4': number;
    /** Reviews with five stars */
    '5': number;
  };
  /** What the authors answered */
  recommended: {
    /** Authors who do not recommend the product */
    '0': number;
    /** Authors who recommend it */
    '1': number;
  };
  /** Ratings of characteristics, by name */
  characteristics: Record<
    string,
    {
      /** The id of the characteristic, for drafts */
      id: number;
      /** The average rating, a string with four decimals */
      value: string;
    }
  >;
};

export type InvalidRequestProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'urn:problem-type:starling:invalid-request';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 400;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
  /** The values that are not valid, each once; if there are more, `detail` says how many */
  errors?: {
    /** The place of the value: a path with dots such as `author.email` or `photos.0`, or the name of a parameter; empty: the whole body */
    path: string;
    /** What is wrong with it */
    message: string;
  }[];
};

export type InvalidCursorProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'urn:problem-type:starling:invalid-cursor';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 400;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
  /** The values that are not valid, each once; if there are more, `detail` says how many */
  errors: {
    /** The place of the value: a path with dots such as `author.email` or `photos.0`, or the name of a parameter; empty: the whole body */
    path: string;
    /** What is wrong with it */
    message: string;
  }[];
};

export type MalformedBodyProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'urn:problem-type:starling:malformed-body';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 400;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
};

export type UnauthorizedProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'urn:problem-type:starling:unauthorized';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 401;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
};

export type ForbiddenProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'urn:problem-type:starling:forbidden';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 403;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
};

export type NotFoundProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'urn:problem-type:starling:not-found';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 404;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
};

export type AlreadyReviewedProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'urn:problem-type:starling:already-reviewed';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 409;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
};

export type PreconditionFailedProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'urn:problem-type:starling:precondition-failed';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 412;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
};

export type BodyTooLargeProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'urn:problem-type:starling:body-too-large';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 413;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
};

export type UnsupportedMediaTypeProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'urn:problem-type:starling:unsupported-media-type';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 415;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
};

export type InvalidBodyProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'urn:problem-type:starling:invalid-body';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 422;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
  /** The values that are not valid, each once; if there are more, `detail` says how many */
  errors: {
    /** The place of the value: a path with dots such as `author.email` or `photos.0`, or the name of a parameter; empty: the whole body */
    path: string;
    /** What is wrong with it */
    message: string;
  }[];
};

export type QuotaExceededProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'https://iana.org/assignments/http-problem-types#quota-exceeded';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 429;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
  /** The names of the policies in `RateLimit-Policy` that refuse the request */
  'violated-policies': string[];
};

export type KeyReusedProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'urn:problem-type:starling:key-reused';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 422;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
};

export type UnavailableProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'urn:problem-type:starling:unavailable';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 503;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
};

export type TooManyRequestsProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type: 'urn:problem-type:starling:too-many-requests';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 429;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
};

export type OtherProblem = {
  /** The type of the problem; the same text for each problem of the type */
  type:
    | 'urn:problem-type:starling:invalid-request'
    | 'urn:problem-type:starling:not-found'
    | 'urn:problem-type:starling:method-not-allowed'
    | 'urn:problem-type:starling:body-too-large'
    | 'urn:problem-type:starling:internal'
    | 'urn:problem-type:starling:unavailable'
    | 'urn:problem-type:starling:request-timeout'
    | 'urn:problem-type:starling:no-answer'
    | 'urn:problem-type:starling:timeout';
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: number;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
};

export type Problem = {
  /** The type of the problem; the same text for each problem of the type */
  type: string;
  /** The type in words; the same text for each problem of the type */
  title: string;
  /** The status of the answer */
  status: number;
  /** What is wrong with this request, for a developer */
  detail?: string;
  /** The path of the request without its query; empty if the server could not read it */
  instance: string;
  /** The values that are not valid, each once; if there are more, `detail` says how many */
  errors?: {
    /** The place of the value: a path with dots such as `author.email` or `photos.0`, or the name of a parameter; empty: the whole body */
    path: string;
    /** What is wrong with it */
    message: string;
  }[];
  /** The names of the policies in `RateLimit-Policy` that refuse the request */
  'violated-policies'?: string[];
};
