# New Relic reads the database's metrics from CloudWatch every five minutes, through a role that may
# read nothing else.

resource "newrelic_cloud_aws_link_account" "main" {
  count = var.aws == null ? 0 : 1

  name                   = var.aws.name
  arn                    = var.aws.role_arn
  metric_collection_mode = "PULL"
}

resource "newrelic_cloud_aws_integrations" "main" {
  count = var.aws == null ? 0 : 1

  linked_account_id = newrelic_cloud_aws_link_account.main[0].id

  rds {
    aws_regions              = [var.aws.region]
    metrics_polling_interval = 300
    fetch_tags               = false
  }
}
