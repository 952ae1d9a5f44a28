// Made from the OpenAPI document by `npm run contract-types`. A test holds it to that.

export type Review = {
  /** The id of the review, unique in the store */
  review_id: number;
  /** The store's own key of the product */
  product_id: string;
  /** How many stars */
  rating: number;
  /** As the author wrote it: escape it in HTML. It may be empty */
  title: string;
  /** As the author wrote it: escape it in HTML */
  body: string;
  /** Whether the author recommends the product; null: they do not say */
  recommended: boolean | null;
  /** Who wrote it */
  author: {
    /** The name to show; `Anonymous` once erased */
    name: string;
  };
  /** Whether the store says that the author bought the product */
  verified: boolean;
  /** The language tag of the text; null: unknown */
  locale: string | null;
  /** When it was written */
  created_at: string;
  /** At most 5, in the order of the author */
  photos: {
    /** Counts from 1 within the review */
    id: number;
    /** Where the photo is */
    url: string;
  }[];
  /** What the author rated besides, by name, each 1–5 */
  characteristics: Record<string, number>;
  /** The merchant's response; null: there is none */
  response: {
    /** As the merchant wrote it: escape it in HTML */
    body: string;
    /** When the merchant wrote it */
    created_at: string;
  } | null;
  /** How many voters say that the review helped */
  helpful_count: number;
  /** How many voters say that it did not */
  not_helpful_count: number;
  /** Only in the answer to its author: the checks hold it back until a moderator decides. Without it a review may wait too */
  state?: 'pending';
};

export type ReviewPage = {
  /** The store's own key of the product */
  product_id: string;
  /** At most `limit`; empty: nobody has reviewed the product */
  reviews: Review[];
  /** Send it as `cursor` for the next page; null on the last page */
  next_cursor: string | null;
};

export type Summary = {
  /** The store's own key of the product */
  product_id: string;
  /** How many reviews are shown */
  count: number;
  /** The average rating, with two decimals; null: there are no reviews */
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
  /** What the authors say who say something; the others are in neither */
  recommended: {
    /** Authors who recommend the product */
    yes: number;
    /** Authors who do not */
    no: number;
  };
  /** What reviews rate besides, by name; only what at least one review rates */
  characteristics: Record<
    string,
    {
      /** The average, with two decimals */
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
  /** One for each product asked for, each once, in the order of their keys */
  summaries: Summary[];
};

export type VoteCounts = {
  /** The id of the review */
  review_id: number;
  /** How many voters say that the review helped */
  helpful_count: number;
  /** How many voters say that it did not */
  not_helpful_count: number;
};

export type ActorReceipt = {
  /** Send it as `Starling-Actor`, and keep it as long as the browser keeps anything */
  actor: string;
};

export type ModerationQueue = {
  /** The state that was asked for */
  state: 'pending' | 'flagged' | 'rejected';
  /** In the order of their ids: roughly oldest first */
  reviews: {
    review: Review;
    /** What the checks found, and where; null: there were none yet */
    verdict: {
      /** The setting `MODERATION` when the review came */
      policy: 'auto' | 'manual';
      /** What was found: at most 20, title first */
      findings: {
        /** The check that found it. `copy`: near copies of the body; `author_velocity`, `address_velocity`, `network_velocity`: reviews of one author, address or network */
        rule:
          | 'link'
          | 'profanity'
          | 'copy'
          | 'author_velocity'
          | 'address_velocity'
          | 'network_velocity';
        /** The field that it is in; null: the rule is about no single field */
        field: 'title' | 'body' | 'author.name' | null;
        /** What was found, as it stands in the field, at most 100 characters of it; empty for copies and velocity, and for what was found before November 2026 */
        words: string[];
        /** Where it begins in the field, in UTF-16 code units, as JavaScript counts; null where `words` is empty */
        start: number | null;
        /** Where it ends; null where `words` is empty */
        end: number | null;
        /** For copies and velocity: how many there were; otherwise null */
        count: number | null;
        /** For copies and velocity: how many there may be; otherwise null */
        limit: number | null;
      }[];
      /** It was posted without a key under an e-mail that had reviewed the product. Whose e-mail it is, nobody knows: approve the one that you believe, and reject the other (`other_review_id`) */
      same_author?: true;
    } | null;
    /** How many reporters gave which reason, of reports that are not settled */
    reports: Record<string, number>;
    /** With `same_author`: the review that bears the e-mail; null when it is gone */
    other_review_id: number | null;
  }[];
  /** Send it as `cursor` for the next page; null on the last page */
  next_cursor: string | null;
};

export type ModerationAudit = {
  /** The id of the review */
  review_id: number;
  /** Oldest first; kept when the review is gone */
  actions: {
    /** The store's own key of the product */
    product_id: string;
    /** `reply` and `withdraw_reply`: the merchant responded, or withdrew the response */
    action: 'approve' | 'reject' | 'reply' | 'withdraw_reply';
    /** The state of the review before the action */
    from: 'pending' | 'approved' | 'rejected' | 'flagged';
    /** The state after it; a response changes none */
    to: 'pending' | 'approved' | 'rejected' | 'flagged';
    /** The moderator's reason; null for responses, and once the author is erased */
    reason: string | null;
    /** The API client whose key was used */
    client_id: string;
    /** When it was done */
    acted_at: string;
  }[];
  /** Send it as `cursor` for the next page; null on the last page */
  next_cursor: string | null;
};

export type DecisionOutcomes = {
  /** One for each decision, in their order */
  decisions: {
    /** The store's own key of the product */
    product_id: string;
    /** The id of the review */
    review_id: number;
    /** `unchanged`: the review was in that state already; `not_found`: there is no such review */
    outcome: 'applied' | 'unchanged' | 'not_found';
    /** The state of the review now; null: there is no such review */
    state: 'approved' | 'rejected' | null;
  }[];
};

export type AuthorExport = {
  /** At most 500, in the order of their products */
  reviews: {
    review: Review;
    /** Only `approved` reviews are shown */
    state: 'pending' | 'approved' | 'rejected' | 'flagged';
    /** What the checks found when the review came; null: there were none yet */
    verdict: Record<string, unknown> | null;
    /** What readers reported */
    reports: {
      /** What the reporter objected to */
      reason: string;
      /** What they wrote besides; null: nothing */
      detail: string | null;
    }[];
    /** What moderators and merchants did */
    moderation: {
      /** What was done: `approve`, `reject`, `reply`, … */
      action: string;
      /** The moderator's reason; null: none */
      reason: string | null;
      /** When it was done */
      acted_at: string;
    }[];
  }[];
  /** Send it as `cursor` for the next page; null on the last page */
  next_cursor: string | null;
};

export type ErasureReceipt = {
  /** What was asked for */
  mode: 'remove' | 'anonymize';
  /** How many reviews there were */
  reviews: number;
  /** Whose pages a CDN may still hold for a minute: purge by `Cache-Tag` */
  products: string[];
};

export type ReportReceipt = {
  /** The id of the review */
  review_id: number;
  /** Always true; a second report of a reporter changes nothing */
  reported: true;
};

export type OlderReviewList = {
  /** The product, as digits */
  product: string;
  /** The row offset: 0 for page 1 */
  page: number;
  /** How many reviews were asked for */
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
    /** The merchant's response; null: there is none */
    response: string | null;
    /** What the author wrote */
    body: string;
    /** When it was written */
    date: string;
    /** The name to show */
    reviewer_name: string;
    /** Helpful votes */
    helpfulness: number;
    /** In the order of the author */
    photos: {
      /** Counts from 1 within the review */
      id: number;
      /** Where the photo is */
      url: string;
    }[];
  }[];
};

export type OlderReviewList2020 = {
  /** The product, as digits */
  product: string;
  /** The row offset: 0 for page 1 */
  page: number;
  /** How many reviews were asked for */
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
    /** The merchant's response; null: there is none */
    response: string | null;
    /** What the author wrote */
    body: string;
    /** When it was written */
    date: string;
    /** The name to show */
    reviewer_name: string;
    /** Helpful votes */
    helpfulness: number;
    /** In the order of the author */
    photos: {
      /** Counts from 1 within the review */
      id: number;
      /** Where the photo is */
      url: string;
    }[];
  }[];
};

export type OlderMeta = {
  /** The product, as digits */
  product_id: string;
  /** How many reviews have each rating that occurs, as digits */
  ratings: Record<string, string>;
  /** What the authors say */
  recommended: {
    /** Authors who do not recommend the product */
    false: string;
    /** Authors who do */
    true: string;
  };
  /** What reviews rate besides, by name */
  characteristics: Record<
    string,
    {
      /** What drafts call the characteristic by */
      id: number;
      /** The average rating, a text with sixteen decimals */
      value: string;
    }
  >;
};

export type OlderMeta2020 = {
  /** The product, as digits */
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
  /** What the authors say */
  recommended: {
    /** Authors who do not recommend the product */
    '0': number;
    /** Authors who do */
    '1': number;
  };
  /** What reviews rate besides, by name */
  characteristics: Record<
    string,
    {
      /** What drafts call the characteristic by */
      id: number;
      /** The average rating, a text with four decimals */
      value: string;
    }
  >;
};

export type ReviewDraft = {
  /** How many stars */
  rating: number;
  /** At most 150 characters; left out: empty */
  title?: string;
  /** What the author has to say: 1–5,000 characters */
  body: string;
  /** Whether the author recommends the product; null or left out: they do not say */
  recommended?: boolean | null;
  /** Who wrote it */
  author: {
    /** The name to show: 1–60 characters */
    name: string;
    /** For the merchant; never shown. One review an e-mail address and product */
    email: string;
  };
  /** At most 5 https URLs of at most 2,048 characters; left out: none */
  photos?: string[];
  /** Names of the store’s vocabulary, such as Fit or Quality, each rated 1–5; left out: none */
  characteristics?: Record<string, number>;
  /** The language tag of the text, such as `pt-BR`; null or left out: unknown */
  locale?: string | null;
  /** Whether the author has bought the product. `true` needs a key with the scope `write`; left out: false */
  verified?: boolean;
};

export type Vote = {
  /** true: the review helped; false: it did not */
  helpful: boolean;
};

export type Report = {
  /** What is wrong with the review */
  reason: 'spam' | 'offensive' | 'off_topic' | 'fake' | 'privacy' | 'other';
  /** For the moderators: at most 1,000 characters; null or left out: nothing */
  detail?: string | null;
};

export type Decisions = {
  /** 1–100 decisions, each about another review */
  decisions: {
    /** The store's own key of the product: an SKU, a handle, a Shopify id */
    product_id: string;
    /** The id of the review */
    review_id: number;
    /** `approve`: show the review; `reject`: hide it */
    decision: 'approve' | 'reject';
    /** Kept in the audit: 1–1,000 characters */
    reason: string;
  }[];
};

export type ResponseDraft = {
  /** What the merchant answers: 1–5,000 characters */
  body: string;
};

export type ExportRequest = {
  /** The address of the author, in any spelling: everything under this address */
  email?: string;
  /** In place of `email`: this one review */
  review_id?: number | number;
  /** With `review_id`: only if it is a review of this product */
  product_id?: string;
  /** `next_cursor` of the page before; left out: the first page */
  cursor?: string;
};

export type ErasureRequest = {
  /** The address of the author, in any spelling: everything under this address */
  email?: string;
  /** In place of `email`: this one review */
  review_id?: number | number;
  /** With `review_id`: only if it is a review of this product */
  product_id?: string;
  /** `remove`: deletes the reviews with their votes and reports. `anonymize`: keeps rating, text and votes, and deletes name, e-mail address and photos */
  mode: 'remove' | 'anonymize';
};

export type OlderReviewDraft = {
  /** How many stars, 1–5; a number or a text */
  rating: number | string;
  /** The title: at most 150 characters; null or left out: empty */
  summary?: string | null;
  /** What the author has to say: 1–5,000 characters */
  body: string;
  /** Whether the author recommends the product; null, empty or left out: they do not say */
  recommend?: boolean | 0 | 1 | '0' | '1' | 'true' | 'false' | '' | null;
  /** The name to show: 1–60 characters */
  name: string;
  /** For the merchant; never shown */
  email: string;
  /** At most 5 http or https URLs; what is none is left out; null or left out: none */
  photos?: unknown[] | Record<string, unknown> | string | null;
  /** Ids of characteristics, as `/reviews/meta` names them, each rated 1–5; unknown ids are ignored */
  characteristics?: Record<string, number | string | null | ''> | null;
};

export type InvalidRequestProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'urn:problem-type:starling:invalid-request';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 400;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
  /** Each value that is not valid, once; where there are more, `detail` says how many */
  errors?: {
    /** Where the value is, with dots: `author.email`, `photos.0`, or the name of a parameter; empty: the body as a whole */
    path: string;
    /** What is wrong with it */
    message: string;
  }[];
};

export type InvalidCursorProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'urn:problem-type:starling:invalid-cursor';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 400;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
  /** Each value that is not valid, once; where there are more, `detail` says how many */
  errors: {
    /** Where the value is, with dots: `author.email`, `photos.0`, or the name of a parameter; empty: the body as a whole */
    path: string;
    /** What is wrong with it */
    message: string;
  }[];
};

export type MalformedBodyProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'urn:problem-type:starling:malformed-body';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 400;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
};

export type UnauthorizedProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'urn:problem-type:starling:unauthorized';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 401;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
};

export type ForbiddenProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'urn:problem-type:starling:forbidden';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 403;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
};

export type NotFoundProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'urn:problem-type:starling:not-found';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 404;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
};

export type AlreadyReviewedProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'urn:problem-type:starling:already-reviewed';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 409;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
};

export type PreconditionFailedProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'urn:problem-type:starling:precondition-failed';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 412;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
};

export type BodyTooLargeProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'urn:problem-type:starling:body-too-large';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 413;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
};

export type UnsupportedMediaTypeProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'urn:problem-type:starling:unsupported-media-type';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 415;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
};

export type InvalidBodyProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'urn:problem-type:starling:invalid-body';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 422;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
  /** Each value that is not valid, once; where there are more, `detail` says how many */
  errors: {
    /** Where the value is, with dots: `author.email`, `photos.0`, or the name of a parameter; empty: the body as a whole */
    path: string;
    /** What is wrong with it */
    message: string;
  }[];
};

export type QuotaExceededProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'https://iana.org/assignments/http-problem-types#quota-exceeded';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 429;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
  /** The names of the policies of `RateLimit-Policy` that refuse the request */
  'violated-policies': string[];
};

export type KeyReusedProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'urn:problem-type:starling:key-reused';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 422;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
};

export type UnavailableProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'urn:problem-type:starling:unavailable';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 503;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
};

export type TooManyRequestsProblem = {
  /** Which problem it is; always the same text for the same problem */
  type: 'urn:problem-type:starling:too-many-requests';
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: 429;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
};

export type OtherProblem = {
  /** Which problem it is; always the same text for the same problem */
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
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: number;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
};

export type Problem = {
  /** Which problem it is; always the same text for the same problem */
  type: string;
  /** The problem in words; the same for each problem of the type */
  title: string;
  /** The status of the answer */
  status: number;
  /** What was wrong with this request, for a developer */
  detail?: string;
  /** The path of the request, without its query; empty where it could not be read */
  instance: string;
  /** Each value that is not valid, once; where there are more, `detail` says how many */
  errors?: {
    /** Where the value is, with dots: `author.email`, `photos.0`, or the name of a parameter; empty: the body as a whole */
    path: string;
    /** What is wrong with it */
    message: string;
  }[];
  /** The names of the policies of `RateLimit-Policy` that refuse the request */
  'violated-policies'?: string[];
};
