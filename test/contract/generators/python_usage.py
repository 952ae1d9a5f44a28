"""What a back office does with a client of openapi-python-client."""

import json
import os

from starling_client import AuthenticatedClient
from starling_client.api.reviews import list_reviews, read_review, submit_review
from starling_client.api.summaries import read_summaries
from starling_client.models import (
    InvalidBodyProblem,
    NotFoundProblem,
    Review,
    ReviewDraft,
    ReviewDraftAuthor,
    ReviewPage,
    Summaries,
)

client = AuthenticatedClient(base_url=os.environ["STARLING_URL"], token=os.environ["STARLING_KEY"])
author = ReviewDraftAuthor(name="Petra", email="petra@example.com")

listed = list_reviews.sync("1", client=client, rating=[4, 5], has_photos=True)
assert isinstance(listed, ReviewPage), listed
products = read_summaries.sync(client=client, product_ids=["1", "2"])
assert isinstance(products, Summaries), products


def submit(rating: int) -> object:
    draft = ReviewDraft(rating=rating, body="It works.", author=author)
    return submit_review.sync("1", client=client, body=draft)


posted = submit(5)
assert isinstance(posted, Review), posted
missing = read_review.sync("1", 999, client=client)
assert isinstance(missing, NotFoundProblem), missing
invalid = submit(9)
assert isinstance(invalid, InvalidBodyProblem), invalid
one = read_review.sync("1", posted.review_id, client=client)
assert isinstance(one, Review), one

print(
    json.dumps(
        {
            "ids": [review.review_id for review in listed.reviews],
            "counts": [summary.count for summary in products.summaries],
            "posted": one.body,
            "refusals": [missing.type_, invalid.errors[0].path],
        }
    )
)
