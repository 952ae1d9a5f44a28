# PostgreSQL 18 on RDS. docs/decisions/0050 says why not on EC2.

locals {
  database_user = "starling"
  database_name = "starling"

  # Generated from postgres/settings.sh, which decides the settings (README, Database).
  database_settings = jsondecode(file("${path.module}/database-classes.json"))[var.database_instance_class].settings

  # RDS expects each number in the parameter's own unit. Settings that are missing here are set by
  # RDS, or cannot be changed there.
  parameter_kb = {
    shared_buffers       = 8
    effective_cache_size = 8
    wal_buffers          = 8
    work_mem             = 1
    maintenance_work_mem = 1
    autovacuum_work_mem  = 1
    min_wal_size         = 1024
  }
  # A fifth of the disk, as in postgres/settings.sh. RDS counts it in MB.
  max_wal_size_mb = min(max(floor(var.database_storage_gb.initial * 1024 / 5), 1024), 24576)
  plain_parameters = [
    "max_connections", "random_page_cost", "checkpoint_completion_target", "wal_compression", "effective_io_concurrency", "max_locks_per_transaction", "log_error_verbosity", "log_min_error_statement",
  ]
  # PostgreSQL reads this only when it starts.
  static_parameters = ["max_connections", "max_locks_per_transaction", "shared_buffers", "wal_buffers"]

  database_parameters = merge(
    { for name in local.plain_parameters : name => local.database_settings[name] },
    {
      for name, kb in local.parameter_kb :
      name => tostring(tonumber(trimsuffix(local.database_settings[name], "MB")) * 1024 / kb)
    },
    {
      max_wal_size       = tostring(local.max_wal_size_mb)
      checkpoint_timeout = tostring(tonumber(trimsuffix(local.database_settings.checkpoint_timeout, "min")) * 60)
      jit                = "0"
      # The text of a slow statement may contain a reviewer's data. Performance Insights shows
      # statements without values.
      log_min_duration_statement = "-1"
      # Accept only encrypted connections.
      "rds.force_ssl" = "1"
    },
  )
}

resource "aws_db_subnet_group" "main" {
  name        = var.name
  description = "Both zones, no route out"
  subnet_ids  = aws_subnet.database[*].id
}

resource "aws_db_parameter_group" "main" {
  name_prefix = "${var.name}-postgres18-"
  description = "postgres/settings.sh for ${var.database_instance_class}"
  family      = "postgres18"

  dynamic "parameter" {
    for_each = local.database_parameters
    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = contains(local.static_parameters, parameter.key) ? "pending-reboot" : "immediate"
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "main" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = "18"
  instance_class = var.database_instance_class

  db_name             = local.database_name
  username            = local.database_user
  password_wo         = var.database_password
  password_wo_version = var.secrets_version

  storage_type          = "gp3"
  allocated_storage     = var.database_storage_gb.initial
  max_allocated_storage = var.database_storage_gb.max
  storage_encrypted     = true
  kms_key_id            = aws_kms_key.secrets.arn

  db_subnet_group_name   = aws_db_subnet_group.main.name
  parameter_group_name   = aws_db_parameter_group.main.name
  vpc_security_group_ids = [aws_security_group.database.id]
  publicly_accessible    = false
  multi_az               = var.database_multi_az
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  # Maintenance at a quiet time in Europe. Minor versions are installed automatically, major ones
  # never.
  backup_retention_period     = var.backup_retention_days
  backup_window               = "02:00-03:00"
  maintenance_window          = "sun:03:30-sun:04:30"
  auto_minor_version_upgrade  = true
  allow_major_version_upgrade = false
  copy_tags_to_snapshot       = true

  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = !var.deletion_protection
  final_snapshot_identifier = "${var.name}-final"

  performance_insights_enabled          = true
  performance_insights_kms_key_id       = aws_kms_key.secrets.arn
  performance_insights_retention_period = 7
  enabled_cloudwatch_logs_exports       = ["postgresql"]

  depends_on = [aws_cloudwatch_log_group.database]
}
