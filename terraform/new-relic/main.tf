# The dashboard and the alerts. They are a separate root module because they also work for instances
# in Docker Compose or on other machines, and because users without New Relic need no key for it.

provider "newrelic" {
  account_id = var.account_id
  api_key    = var.api_key
  region     = var.account_region
}

locals {
  of_app = "appName = '${var.app_name}'"
  # docs/metrics.md lists the metrics.
  metric = "FROM Metric SELECT %s(newrelic.timeslice.value) WHERE ${local.of_app} AND metricTimesliceName = 'Custom/Starling/%s'"
  # One line for each value of the metric's label.
  metric_by = "FROM Metric SELECT %s(newrelic.timeslice.value) WHERE ${local.of_app} WITH METRIC_FORMAT 'Custom/Starling/%s/{label}' FACET label TIMESERIES"
  # RDS metrics, with the names of New Relic's AWS integration.
  of_rds = "FROM DatastoreSample SELECT %s WHERE provider = 'RdsDbInstance' AND displayName = '${try(var.aws.name, "")}'"
}
