# Four pages, in the order in which an operator needs them: what shoppers get, the instances, the
# database, the quotas.

locals {
  # An instance sends events for a sample of its requests, for shares and percentiles, and exact
  # numbers as metrics (docs/metrics.md).
  transactions = "FROM Transaction SELECT %s WHERE ${local.of_app} AND transactionType = 'Web'"
  requests     = "FROM Metric SELECT rate(count(apm.service.transaction.duration), 1 second) WHERE ${local.of_app} AND transactionType = 'Web'"

  # Each widget is four columns wide; three are in a row, in this order.
  pages = [
    {
      name        = "What shoppers get"
      description = "The bar: over 1,000 requests/s, under 2 % errors, under 1 s. Requests that the CDN or Nginx answers are not included."
      lines = [
        { title = "Requests per second", query = "${local.requests} TIMESERIES" },
        { title = "Errors, % of requests (bar: 2)", query = "${format(local.transactions, "percentage(count(*), WHERE http.statusCode LIKE '5%')")} TIMESERIES" },
        { title = "Duration, s (bar: 1)", query = "${format(local.transactions, "percentile(duration, 50, 95, 99)")} TIMESERIES" },
        { title = "Requests per second by route", query = "${local.requests} FACET transactionName LIMIT 20 TIMESERIES" },
        { title = "95th percentile by route, s", query = "${format(local.transactions, "percentile(duration, 95)")} FACET name LIMIT 20 TIMESERIES" },
        { title = "Answers by status, of a sample", query = "${format(local.transactions, "count(*)")} FACET http.statusCode TIMESERIES" },
        { title = "Errors by kind", query = "FROM TransactionError SELECT count(*) WHERE ${local.of_app} FACET kind TIMESERIES" },
        { title = "First pages: hits and misses", query = "FROM Metric SELECT sum(newrelic.timeslice.value) WHERE ${local.of_app} WITH METRIC_FORMAT 'Custom/Starling/cache_{outcome}_total/first_pages' FACET outcome TIMESERIES" },
      ]
    },
    {
      name        = "Instances"
      description = "Six similar lines are good; a line that differs shows the instance with the problem."
      lines = [
        { title = "Requests per second by instance", query = "${local.requests} FACET host LIMIT 32 TIMESERIES" },
        { title = "95th percentile by instance, s", query = "${format(local.transactions, "percentile(duration, 95)")} FACET host.displayName LIMIT 32 TIMESERIES" },
        { title = "Errors by instance, %", query = "${format(local.transactions, "percentage(count(*), WHERE http.statusCode LIKE '5%')")} FACET host.displayName LIMIT 32 TIMESERIES" },
        { title = "Memory by instance, MB (normal: under 130)", query = "FROM Metric SELECT average(apm.service.memory.physical) WHERE ${local.of_app} FACET host LIMIT 32 TIMESERIES" },
        { title = "Processor by instance, %", query = "FROM Metric SELECT average(apm.service.cpu.usertime.utilization) * 100 WHERE ${local.of_app} FACET host LIMIT 32 TIMESERIES" },
        { title = "Instances that report", query = "${format(local.transactions, "uniqueCount(host.displayName)")} TIMESERIES" },
        { title = "Reads refused (queue of 5,000 full)", query = format(local.metric_by, "sum", "batch_refused_total") },
        { title = "Writes refused (queue of 2,000 full)", query = format(local.metric_by, "sum", "commit_refused_total") },
      ]
    },
    {
      name        = "Database"
      description = "If pools wait and statements slow down together, the database is the problem. If only pools wait, there are too few connections."
      lines = concat([
        { title = "Callers waiting for a connection", query = format(local.metric_by, "max", "pool_waiting") },
        { title = "Connections open", query = format(local.metric_by, "sum", "pool_connections") },
        { title = "Statements, s", query = format(local.metric_by, "average", "batch_statement_seconds") },
        { title = "Items per statement", query = format(local.metric_by, "average", "batch_items") },
        { title = "Wait before a batch is sent, s", query = format(local.metric_by, "average", "batch_wait_seconds") },
        { title = "Failed statements", query = format(local.metric_by, "sum", "batch_failed_total") },
        { title = "Writes waiting", query = format(local.metric_by, "max", "commit_queue_length") },
        { title = "Writes per transaction", query = format(local.metric_by, "average", "commit_items") },
        { title = "Commit, s", query = format(local.metric_by, "average", "commit_seconds") },
        { title = "Commits tried again", query = format(local.metric_by, "sum", "commit_retries_total") },
        { title = "Rows in the fullest segment", query = "${format(local.metric, "max", "segment_rows_largest")} TIMESERIES" },
        { title = "Segments", query = "${format(local.metric, "max", "segments")} TIMESERIES" },
        ], var.aws == null ? [] : [
        { title = "RDS: processor, %", query = "${format(local.of_rds, "average(provider.cpuUtilization.average)")} TIMESERIES" },
        { title = "RDS: connections", query = "${format(local.of_rds, "max(provider.databaseConnections.maximum)")} TIMESERIES" },
        { title = "RDS: free disk, GB", query = "${format(local.of_rds, "min(provider.freeStorageSpaceBytes.minimum) / 1e9")} TIMESERIES" },
      ])
    },
    {
      name        = "Quotas"
      description = "docs/throttling.md explains each of them."
      lines = [
        { title = "Admitted", query = "${format(local.metric, "sum", "throttle_allowed_total")} TIMESERIES" },
        { title = "Refused (429)", query = "${format(local.metric, "sum", "throttle_refused_total")} TIMESERIES" },
        { title = "Would be refused by a rule in shadow", query = "${format(local.metric, "sum", "throttle_shadow_refused_total")} TIMESERIES" },
        { title = "Instances counted (lowest)", query = "${format(local.metric, "min", "throttle_instances")} TIMESERIES" },
        { title = "Time since the last exchange, s", query = "${format(local.metric, "max", "throttle_exchange_age_seconds")} TIMESERIES" },
        { title = "Exchange unavailable (1)", query = "${format(local.metric, "max", "throttle_exchange_open")} TIMESERIES" },
        { title = "Clients held", query = "${format(local.metric, "average", "throttle_keys_held")} TIMESERIES" },
        { title = "Clients forgotten", query = "${format(local.metric, "sum", "throttle_evictions_total")} TIMESERIES" },
        { title = "Rules in force", query = "${format(local.metric, "max", "throttle_rule_version")} FACET host TIMESERIES" },
      ]
    },
  ]
}

resource "newrelic_one_dashboard" "main" {
  name        = var.app_name
  permissions = "public_read_only"

  dynamic "page" {
    for_each = local.pages
    content {
      name        = page.value.name
      description = page.value.description

      dynamic "widget_line" {
        for_each = page.value.lines
        content {
          title  = widget_line.value.title
          column = 1 + 4 * (widget_line.key % 3)
          row    = 1 + 3 * floor(widget_line.key / 3)
          width  = 4
          height = 3

          nrql_query {
            account_id = var.account_id
            query      = widget_line.value.query
          }
        }
      }
    }
  }
}
