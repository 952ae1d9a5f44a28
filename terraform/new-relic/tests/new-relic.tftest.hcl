# The dashboard queries metrics that exist, and the alerts notify somebody when the bar is missed.

mock_provider "newrelic" {
  mock_resource "newrelic_alert_policy" {
    defaults = { id = "7" }
  }

  mock_resource "newrelic_cloud_aws_link_account" {
    defaults = { id = "8" }
  }
}

variables {
  account_id  = 1
  api_key     = "NRAK-only-for-tests"
  alert_email = "operator@example.com"
  aws = {
    role_arn = "arn:aws:iam::123456789012:role/starling-new-relic"
    region   = "eu-central-1"
    name     = "starling"
  }
}

run "dashboard_and_alerts" {
  assert {
    condition     = [for page in newrelic_one_dashboard.main.page : page.name] == ["What shoppers get", "Instances", "Database", "Quotas"]
    error_message = "The dashboard must have its four pages, in this order."
  }

  assert {
    condition     = alltrue(flatten([for page in newrelic_one_dashboard.main.page : [for widget in page.widget_line : widget.column + widget.width <= 13]]))
    error_message = "No widget may exceed the twelve columns of a page."
  }

  # The bar of the mission.
  assert {
    condition = [for name in ["errors", "slow", "instances"] : [
      newrelic_nrql_alert_condition.main[name].critical[0].operator, newrelic_nrql_alert_condition.main[name].critical[0].threshold,
    ]] == [["above", 2], ["above", 1], ["below", 6]]
    error_message = "Alerts must open above 2 % errors, above 1 s, and below six instances."
  }

  assert {
    condition     = contains(keys(newrelic_nrql_alert_condition.main), "database_disk")
    error_message = "With AWS, alerts must cover the database too."
  }

  assert {
    condition     = one(newrelic_workflow.main.issues_filter).predicate[0].values == tolist(["7"]) && one(newrelic_notification_destination.email.property).value == "operator@example.com"
    error_message = "Alerts must go to the given address."
  }
}

run "without_aws" {
  variables {
    aws = null
  }

  assert {
    condition     = length(newrelic_cloud_aws_link_account.main) == 0 && !contains(keys(newrelic_nrql_alert_condition.main), "database_disk")
    error_message = "Without AWS, nothing may query RDS."
  }
}

run "each_bad_value_is_refused" {
  command = plan

  variables {
    account_id     = -1
    api_key        = "eu01-licence"
    account_region = "Mars"
    app_name       = "Starling' OR 'a"
    instance_count = 0
    alert_email    = "nobody"
    aws            = { role_arn = "new-relic", region = "eu-central-1", name = "starling" }
  }

  expect_failures = [
    var.account_id, var.api_key, var.account_region, var.app_name, var.instance_count, var.alert_email, var.aws,
  ]
}
