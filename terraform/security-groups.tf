# Each hop accepts connections only from the one before it: CloudFront → Nginx → instances →
# database. There is no SSH; Session Manager needs no open port.

# A resource without its own group gets this one, which allows no connections.
resource "aws_default_security_group" "none" {
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group" "nginx" {
  name        = "${var.name}-nginx"
  description = "Nginx: from CloudFront, to the instances"
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${var.name}-nginx" }
}

resource "aws_security_group" "app" {
  name        = "${var.name}-app"
  description = "Instances: from Nginx, to the database"
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${var.name}-app" }
}

resource "aws_security_group" "database" {
  name        = "${var.name}-database"
  description = "PostgreSQL: from the instances, to nowhere"
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${var.name}-database" }
}

# CloudFront creates this group with the first private origin of a VPC, and puts its interfaces into
# it.
data "aws_security_group" "cloudfront" {
  vpc_id = aws_vpc.main.id

  filter {
    name   = "group-name"
    values = ["CloudFront-VPCOrigins-Service-SG"]
  }

  depends_on = [aws_cloudfront_vpc_origin.nginx]
}

resource "aws_vpc_security_group_ingress_rule" "nginx_from_cloudfront" {
  security_group_id            = aws_security_group.nginx.id
  description                  = "CloudFront's private origin"
  referenced_security_group_id = data.aws_security_group.cloudfront.id
  ip_protocol                  = "tcp"
  from_port                    = local.nginx_port
  to_port                      = local.nginx_port
}

resource "aws_vpc_security_group_ingress_rule" "app_from_nginx" {
  security_group_id            = aws_security_group.app.id
  description                  = "Nginx"
  referenced_security_group_id = aws_security_group.nginx.id
  ip_protocol                  = "tcp"
  from_port                    = local.instance_port
  to_port                      = local.instance_port
}

resource "aws_vpc_security_group_ingress_rule" "database_from_app" {
  security_group_id            = aws_security_group.database.id
  description                  = "Instances"
  referenced_security_group_id = aws_security_group.app.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_egress_rule" "nginx_to_app" {
  security_group_id            = aws_security_group.nginx.id
  description                  = "Instances"
  referenced_security_group_id = aws_security_group.app.id
  ip_protocol                  = "tcp"
  from_port                    = local.instance_port
  to_port                      = local.instance_port
}

resource "aws_vpc_security_group_egress_rule" "app_to_database" {
  security_group_id            = aws_security_group.app.id
  description                  = "PostgreSQL"
  referenced_security_group_id = aws_security_group.database.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

# AWS's own endpoints, package repositories and New Relic have no fixed addresses, so this rule
# allows any address, but outgoing TLS only.
resource "aws_vpc_security_group_egress_rule" "machines_to_https" {
  for_each = { nginx = aws_security_group.nginx.id, app = aws_security_group.app.id }

  security_group_id = each.value
  description       = "Images, parameters, packages, New Relic"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
