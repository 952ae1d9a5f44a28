output "dashboard_url" {
  description = "Address of the dashboard."
  value       = newrelic_one_dashboard.main.permalink
}

output "alerts" {
  description = "The alerts that page somebody, by name."
  value       = { for name, condition in newrelic_nrql_alert_condition.main : name => condition.name }
}
