# Logs of the instances and of PostgreSQL. They contain no client address, e-mail address or key;
# docs/running.md describes them. Nginx's access log stays on its machine: at 1,000 lines per
# second, one per request, it would cost more here than everything else together.

resource "aws_cloudwatch_log_group" "app" {
  name              = "/${var.name}/app"
  retention_in_days = var.log_retention_days
}

# RDS would create this group itself and never delete its logs.
resource "aws_cloudwatch_log_group" "database" {
  name              = "/aws/rds/instance/${var.name}/postgresql"
  retention_in_days = var.log_retention_days
}
