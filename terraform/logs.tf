# Lines of the instances and of PostgreSQL. They hold no client address, e-mail or key;
# docs/running.md says what they hold. Nginx's access log stays on its machine: a line a request,
# 1,000 a second, would cost more here than all the rest.

resource "aws_cloudwatch_log_group" "app" {
  name              = "/${var.name}/app"
  retention_in_days = var.log_retention_days
}

# RDS would make it by itself, to be kept for ever.
resource "aws_cloudwatch_log_group" "database" {
  name              = "/aws/rds/instance/${var.name}/postgresql"
  retention_in_days = var.log_retention_days
}
