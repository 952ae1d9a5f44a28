# The alerts that page somebody. Each says where to look first; docs/runbook.md says what to do.

locals {
  # An alert opens when the value stays above `critical` for `minutes`; with `below`, when it stays
  # below.
  alerts = merge(
    {
      errors = {
        title = "Over 2 % of requests fail", critical = 2, minutes = 5, below = false
        query = format(local.transactions, "percentage(count(*), WHERE http.statusCode LIKE '5%')")
        look  = "Dashboard, What shoppers get: find the route and the kind of error. Then Instances: is it one or all?"
      }
      slow = {
        title = "One request in twenty takes over 1 s", critical = 1, minutes = 5, below = false
        query = format(local.transactions, "percentile(duration, 95)")
        look  = "Dashboard, Database: do statements slow down? Do callers wait for a connection?"
      }
      instances = {
        title = "Fewer instances report than should run", critical = var.instance_count, minutes = 10, below = true
        query = format(local.transactions, "uniqueCount(host.displayName)")
        look  = "Dashboard, Instances: find the missing one. Its log says how it ended."
      }
      reads_wait = {
        title = "Reads wait for a connection", critical = 0, minutes = 5, below = false
        query = format(local.metric, "min", "pool_waiting/reads")
        look  = "Dashboard, Database. If all instances wait, the database is slow or unavailable. If one waits, look at that instance."
      }
      writes_wait = {
        title = "Writes wait for a connection", critical = 0, minutes = 5, below = false
        query = format(local.metric, "min", "pool_waiting/writes")
        look  = "Dashboard, Database: how long does a commit take? Are commits retried?"
      }
      reviews_queue = {
        title = "Reviews queue up before they are committed", critical = 1000, minutes = 5, below = false
        query = format(local.metric, "max", "commit_queue_length/reviews")
        look  = "At 2,000 an instance refuses writes. Dashboard, Database: how long does a commit take?"
      }
      exchange = {
        title = "Instances cannot exchange quotas: each admits only its own share", critical = 0, minutes = 5, below = false
        query = format(local.metric, "max", "throttle_exchange_open")
        look  = "Dashboard, Quotas. The store of the exchange (PostgreSQL or Valkey) is unavailable or slow."
      }
      segment = {
        title = "A segment has outgrown its size", critical = 2000000, minutes = 60, below = false
        query = format(local.metric, "max", "segment_rows_largest")
        look  = "Nothing is broken yet. npm run segments lists and splits it."
      }
    },
    var.aws == null ? {} : {
      database_processor = {
        title = "The database has no processor time left", critical = 85, minutes = 15, below = false
        query = format(local.of_rds, "average(provider.cpuUtilization.average)")
        look  = "Performance Insights: which statement takes the time? If it is the usual ones, choose a larger class."
      }
      database_disk = {
        title = "The database's disk fills up", critical = 10, minutes = 15, below = true
        query = format(local.of_rds, "min(provider.freeStorageSpaceBytes.minimum) / 1e9")
        look  = "Less than 10 GB are free. The disk grows automatically up to database_storage_gb.max; has it reached that?"
      }
    },
  )
}

resource "newrelic_alert_policy" "main" {
  name                = var.app_name
  incident_preference = "PER_CONDITION"
}

resource "newrelic_nrql_alert_condition" "main" {
  for_each = local.alerts

  policy_id   = newrelic_alert_policy.main.id
  type        = "static"
  name        = each.value.title
  description = each.value.look
  enabled     = true

  violation_time_limit_seconds = 86400
  # New Relic queries RDS every five minutes; a shorter window would be empty most of the time.
  aggregation_window = startswith(each.key, "database_") ? 300 : 60
  aggregation_method = "event_flow"
  aggregation_delay  = 120
  # Missing data is not a violation here. The alert `instances` covers an instance that sends
  # nothing, because there nothing counts as zero.
  fill_option = each.key == "instances" ? "static" : "none"
  fill_value  = each.key == "instances" ? 0 : null

  nrql {
    query = each.value.query
  }

  critical {
    operator              = each.value.below ? "below" : "above"
    threshold             = each.value.critical
    threshold_duration    = each.value.minutes * 60
    threshold_occurrences = "all"
  }
}

resource "newrelic_notification_destination" "email" {
  name = "${var.app_name} e-mail"
  type = "EMAIL"

  property {
    key   = "email"
    value = var.alert_email
  }
}

resource "newrelic_notification_channel" "email" {
  name           = "${var.app_name} e-mail"
  type           = "EMAIL"
  destination_id = newrelic_notification_destination.email.id
  product        = "IINT"

  property {
    key   = "subject"
    value = "{{issueTitle}}"
  }
}

resource "newrelic_workflow" "main" {
  name                  = var.app_name
  muting_rules_handling = "NOTIFY_ALL_ISSUES"

  issues_filter {
    name = "ours"
    type = "FILTER"

    predicate {
      attribute = "labels.policyIds"
      operator  = "EXACTLY_MATCHES"
      values    = [newrelic_alert_policy.main.id]
    }
  }

  destination {
    channel_id = newrelic_notification_channel.email.id
  }
}
