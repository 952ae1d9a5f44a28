# What the machines are told, in SSM. Secrets are encrypted with a key that only the instances' role
# may use, and are written through write-only arguments: neither a plan nor the state holds them.

resource "aws_kms_key" "secrets" {
  description             = "${var.name}: secrets in SSM, the database's disk and backups"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_kms_alias" "secrets" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.secrets.key_id
}

resource "aws_ssm_parameter" "database_url" {
  name             = "${local.parameters}/app/DATABASE_URL"
  description      = "Where the instances find PostgreSQL. verify-full: the certificate must be RDS's, for this host"
  type             = "SecureString"
  key_id           = aws_kms_key.secrets.arn
  value_wo         = "postgres://${local.database_user}:${var.database_password}@${aws_db_instance.main.address}:5432/${local.database_name}?sslmode=verify-full"
  value_wo_version = var.secrets_version
}

resource "aws_ssm_parameter" "new_relic_license_key" {
  count = var.new_relic_account_id == null ? 0 : 1

  name             = "${local.parameters}/app/NEW_RELIC_LICENSE_KEY"
  description      = "With it, the instances report to New Relic"
  type             = "SecureString"
  key_id           = aws_kms_key.secrets.arn
  value_wo         = var.new_relic_license_key
  value_wo_version = var.secrets_version
}

# Settings that are no secrets. An instance reads them when it starts: a change reaches it with the
# next rollout.
resource "aws_ssm_parameter" "app" {
  for_each = merge({ THROTTLE_INSTANCES = tostring(var.instance_count) }, var.instance_settings, {
    # Only Nginx may say who the client is.
    TRUSTED_PROXIES = local.nginx_address
  })

  name        = "${local.parameters}/app/${each.key}"
  description = "docs/running.md, ${each.key}"
  type        = "String"
  value       = each.value
}

resource "aws_ssm_parameter" "image_digest" {
  name        = "${local.parameters}/image-digest"
  description = "The image that a new machine starts with, and that the rollout brings to the others"
  type        = "String"
  value       = var.image_digest
}

# What nginx/templates/ is filled in with; nginx/container.env says what each is for.
resource "aws_ssm_parameter" "nginx" {
  for_each = {
    NGINX_LISTEN        = tostring(local.nginx_port)
    NGINX_STATUS_LISTEN = "127.0.0.1:8081"
    NGINX_WORKERS       = "2"
    NGINX_RUN_DIR       = "/var/cache/starling-nginx"
    NGINX_TEMP_DIR      = "/dev/shm/starling-nginx"
    NGINX_ACCESS_LOG    = "/var/log/starling-nginx/access.log"
    NGINX_ERROR_LOG     = "/var/log/starling-nginx/error.log"
    NGINX_LIMIT_RATE    = "2000r/s"
    NGINX_LIMIT_BURST   = "4000"
    # CloudFront's interfaces have addresses of the private subnets; the last address it names is
    # the shopper's.
    NGINX_TRUSTED_PEERS = join(" ", [for cidr in local.private_cidrs : "set_real_ip_from ${cidr};"])
    NGINX_INSTANCE_SERVERS = join(" ", [
      for instance in local.instances : "server ${instance.address}:${local.instance_port} max_fails=3 fail_timeout=1s;"
    ])
    # All of them: each has processors of its own, and the first that a rollout brings a new image
    # to shall see a sixth.
    NGINX_WRITER_SERVERS = join(" ", [
      for instance in local.instances : "server ${instance.address}:${local.instance_port} max_fails=3 fail_timeout=1s;"
    ])
  }

  name        = "${local.parameters}/nginx/${each.key}"
  description = "nginx/container.env, ${each.key}"
  type        = "String"
  value       = each.value
}
