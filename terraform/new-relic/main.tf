# Dashboard and alerts. A root of its own: it is as useful for instances in compose or on machines
# of another kind, and those who run without New Relic need no key of it.

provider "newrelic" {
  account_id = var.account_id
  api_key    = var.api_key
  region     = var.account_region
}

locals {
  of_app = "appName = '${var.app_name}'"
  # Names and meaning of the metrics: docs/metrics.md.
  metric = "FROM Metric SELECT %s(newrelic.timeslice.value) WHERE ${local.of_app} AND metricTimesliceName = 'Custom/Starling/%s'"
  # One line for each value of the metric's label.
  metric_by = "FROM Metric SELECT %s(newrelic.timeslice.value) WHERE ${local.of_app} WITH METRIC_FORMAT 'Custom/Starling/%s/{label}' FACET label TIMESERIES"
  # RDS, as New Relic's AWS integration names it.
  of_rds = "FROM DatastoreSample SELECT %s WHERE provider = 'RdsDbInstance' AND displayName = '${try(var.aws.name, "")}'"
}
