# The role through which New Relic reads the database's metrics from CloudWatch. It may read metrics
# and the database's name, nothing else.

data "aws_iam_policy_document" "new_relic_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    # New Relic's own account. The external id proves that it acts for our account.
    principals {
      type        = "AWS"
      identifiers = ["754728514883"]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [tostring(coalesce(var.new_relic_account_id, 0))]
    }
  }
}

data "aws_iam_policy_document" "new_relic" {
  statement {
    sid = "DatabaseMetrics"
    actions = [
      "cloudwatch:GetMetricData",
      "cloudwatch:GetMetricStatistics",
      "cloudwatch:ListMetrics",
      "rds:DescribeDBInstances",
      "rds:ListTagsForResource",
    ]
    # CloudWatch's actions support no narrower resource.
    resources = ["*"]
  }
}

resource "aws_iam_role" "new_relic" {
  count = var.new_relic_account_id == null ? 0 : 1

  name               = "${var.name}-new-relic"
  description        = "New Relic reads the database's metrics"
  assume_role_policy = data.aws_iam_policy_document.new_relic_trust.json
}

resource "aws_iam_role_policy" "new_relic" {
  count = var.new_relic_account_id == null ? 0 : 1

  name   = "metrics"
  role   = aws_iam_role.new_relic[0].id
  policy = data.aws_iam_policy_document.new_relic.json
}
