# Terraform refuses a bad value and names its variable, before it plans anything.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "each_bad_value_is_refused" {
  command = plan

  variables {
    name                    = "Starling!"
    region                  = "Frankfurt"
    zones                   = ["eu-central-1a", "eu-central-1a"]
    vpc_cidr                = "10.83.0.0/24"
    architecture            = "sparc"
    image_digest            = "latest"
    instance_count          = 1
    instance_settings       = { DATABASE_URL = "postgres://elsewhere" }
    database_instance_class = "db.t4g.nano"
    database_storage_gb     = { initial = 100, max = 100 }
    backup_retention_days   = 0
    database_password       = "too short"
    secrets_version         = 0
    new_relic_license_key   = "without an account"
    certificate_arn         = "arn:aws:acm:eu-central-1:123456789012:certificate/elsewhere"
    price_class             = "cheap"
    log_retention_days      = 31
  }

  expect_failures = [
    var.name, var.region, var.zones, var.vpc_cidr, var.architecture, var.image_digest, var.instance_count,
    var.instance_settings, var.database_instance_class, var.database_storage_gb,
    var.backup_retention_days, var.database_password, var.secrets_version, var.new_relic_license_key, var.certificate_arn,
    var.price_class, var.log_retention_days,
  ]
}

run "the_machine_must_fit_the_image" {
  command = plan

  variables {
    image_digest          = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
    database_password     = "only-for-tests-0123456789"
    new_relic_license_key = ""
    architecture          = "x86_64"
  }

  expect_failures = [var.instance_type, var.nginx_instance_type]
}
