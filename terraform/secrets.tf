# The parameters of the machines, in SSM. A key that only the role of the instances may use encrypts
# the secrets. They are written through write-only arguments, so neither a plan nor the state
# contains them.

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
  description      = "PostgreSQL's address for the instances. With verify-full the certificate must be from RDS, for this host"
  type             = "SecureString"
  key_id           = aws_kms_key.secrets.arn
  value_wo         = "postgres://${local.database_user}:${var.database_password}@${aws_db_instance.main.address}:5432/${local.database_name}?sslmode=verify-full"
  value_wo_version = var.secrets_version
}

resource "aws_ssm_parameter" "new_relic_license_key" {
  count = var.new_relic_account_id == null ? 0 : 1

  name             = "${local.parameters}/app/NEW_RELIC_LICENSE_KEY"
  description      = "New Relic licence key, with which the instances report"
  type             = "SecureString"
  key_id           = aws_kms_key.secrets.arn
  value_wo         = var.new_relic_license_key
  value_wo_version = var.secrets_version
}

# Settings that are not secret. An instance reads them when it starts, so a change takes effect with
# the next rollout.
resource "aws_ssm_parameter" "app" {
  for_each = merge({ THROTTLE_INSTANCES = tostring(var.instance_count) }, var.instance_settings, {
    # Instances trust only Nginx for the client's address.
    TRUSTED_PROXIES = local.nginx_address
  })

  name        = "${local.parameters}/app/${each.key}"
  description = "docs/running.md, ${each.key}"
  type        = "String"
  value       = each.value
}

resource "aws_ssm_parameter" "image_digest" {
  name        = "${local.parameters}/image-digest"
  description = "The image for new machines, and for the others with the next rollout"
  type        = "String"
  value       = var.image_digest
}

# Values for the placeholders of nginx/templates/; nginx/container.env describes them.
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
    # CloudFront's interfaces have addresses in the private subnets. The last address in the header
    # that is not theirs is the shopper's.
    NGINX_TRUSTED_PEERS = join(" ", [for cidr in local.private_cidrs : "set_real_ip_from ${cidr};"])
    NGINX_INSTANCE_SERVERS = join(" ", [
      for instance in local.instances : "server ${instance.address}:${local.instance_port} max_fails=3 fail_timeout=1s;"
    ])
    # All instances take writes: each has its own processors, and the first one that gets a new
    # image should get only a sixth of them.
    NGINX_WRITER_SERVERS = join(" ", [
      for instance in local.instances : "server ${instance.address}:${local.instance_port} max_fails=3 fail_timeout=1s;"
    ])
  }

  name        = "${local.parameters}/nginx/${each.key}"
  description = "nginx/container.env, ${each.key}"
  type        = "String"
  value       = each.value
}
