output "dashboard_url" {
  description = "The dashboard."
  value       = newrelic_one_dashboard.main.permalink
}

output "alerts" {
  description = "What somebody is called for, by name."
  value       = { for name, condition in newrelic_nrql_alert_condition.main : name => condition.name }
}
