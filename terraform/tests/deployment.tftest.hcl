# Checks a whole deployment with one apply against mocked AWS answers: who reaches whom, how
# machines and data are protected, what roles may do, what the CDN caches, how an image is rolled
# out. One run, because each apply takes seconds.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  image_digest          = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
  database_password     = "only-for-tests-0123456789"
  new_relic_account_id  = 1
  new_relic_license_key = "only-for-tests"
  domain_name           = "shop.example.com"
  certificate_arn       = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
}

# Mocked groups differ only by their names.
override_resource {
  target = aws_security_group.nginx
  values = { id = "sg-nginx" }
}

override_resource {
  target = aws_security_group.app
  values = { id = "sg-app" }
}

override_resource {
  target = aws_security_group.database
  values = { id = "sg-database" }
}

run "deployment" {
  # Each hop accepts only the one before it.

  assert {
    condition     = aws_vpc_security_group_ingress_rule.nginx_from_cloudfront.referenced_security_group_id == "sg-cloudfront" && aws_vpc_security_group_ingress_rule.nginx_from_cloudfront.security_group_id == "sg-nginx"
    error_message = "Nginx must accept only CloudFront's interfaces."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.app_from_nginx.referenced_security_group_id == "sg-nginx" && aws_vpc_security_group_ingress_rule.app_from_nginx.security_group_id == "sg-app"
    error_message = "Instances must accept only Nginx."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.database_from_app.referenced_security_group_id == "sg-app" && aws_vpc_security_group_ingress_rule.database_from_app.security_group_id == "sg-database"
    error_message = "The database must accept only instances."
  }

  assert {
    condition = alltrue([
      for rule in [
        aws_vpc_security_group_ingress_rule.nginx_from_cloudfront,
        aws_vpc_security_group_ingress_rule.app_from_nginx,
        aws_vpc_security_group_ingress_rule.database_from_app,
      ] : rule.cidr_ipv4 == null && rule.cidr_ipv6 == null && rule.prefix_list_id == null && rule.ip_protocol == "tcp" && rule.from_port == rule.to_port
    ])
    error_message = "No group may accept a network, and each must open one port."
  }

  assert {
    condition     = [aws_vpc_security_group_ingress_rule.nginx_from_cloudfront.to_port, aws_vpc_security_group_ingress_rule.app_from_nginx.to_port, aws_vpc_security_group_ingress_rule.database_from_app.to_port] == [8080, 3000, 5432]
    error_message = "Each hop must open its own port."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_egress_rule.machines_to_https : rule.from_port == 443 && rule.to_port == 443 && rule.ip_protocol == "tcp"])
    error_message = "Only TLS may leave for the internet."
  }

  # Rules inside a group would add to those above, and the checks above would miss them.
  assert {
    condition     = alltrue([for group in [aws_security_group.nginx, aws_security_group.app, aws_security_group.database] : length(group.ingress) == 0 && length(group.egress) == 0])
    error_message = "Rules must be separate resources; a group must contain none."
  }

  assert {
    condition     = length(aws_default_security_group.none.ingress) == 0 && length(aws_default_security_group.none.egress) == 0
    error_message = "The default group must allow no connections."
  }

  # Two zones and no public addresses.

  assert {
    condition     = [for subnet in aws_subnet.private : subnet.availability_zone] == ["eu-central-1a", "eu-central-1b"] && [for subnet in aws_subnet.database : subnet.availability_zone] == ["eu-central-1a", "eu-central-1b"]
    error_message = "Each tier must be in two zones."
  }

  assert {
    condition     = [for name in ["app-1", "app-2", "app-3", "app-4", "app-5", "app-6"] : aws_instance.app[name].private_ip] == ["10.83.10.11", "10.83.11.12", "10.83.10.13", "10.83.11.14", "10.83.10.15", "10.83.11.16"]
    error_message = "There must be six instances, alternating between both zones, each with its fixed address."
  }

  assert {
    condition     = alltrue([for subnet in concat(aws_subnet.public, aws_subnet.private, aws_subnet.database) : !subnet.map_public_ip_on_launch])
    error_message = "No subnet may hand out public addresses."
  }

  assert {
    condition     = alltrue([for machine in concat(values(aws_instance.app), [aws_instance.nginx]) : machine.associate_public_ip_address == false]) && !aws_db_instance.main.publicly_accessible
    error_message = "Neither machines nor the database may have a public address."
  }

  # Machines are micro and accept IMDSv2 only.

  assert {
    condition     = length(aws_instance.app) == 6 && alltrue([for machine in concat(values(aws_instance.app), [aws_instance.nginx]) : endswith(machine.instance_type, ".micro")])
    error_message = "All seven machines must be micro: six instances and Nginx."
  }

  assert {
    condition = alltrue([
      for machine in concat(values(aws_instance.app), [aws_instance.nginx]) :
      machine.metadata_options[0].http_tokens == "required" && machine.metadata_options[0].http_put_response_hop_limit == 1
    ])
    error_message = "Machines must accept IMDSv2 only, and not from inside a container."
  }

  # Disks are encrypted.

  assert {
    condition     = alltrue([for machine in concat(values(aws_instance.app), [aws_instance.nginx]) : machine.root_block_device[0].encrypted])
    error_message = "Machines' disks must be encrypted."
  }

  assert {
    condition     = aws_db_instance.main.storage_encrypted && aws_db_instance.main.kms_key_id == aws_kms_key.secrets.arn && aws_kms_key.secrets.enable_key_rotation
    error_message = "The database's disk must be encrypted, with a key that is rotated."
  }

  assert {
    condition = alltrue([
      for encryption in [aws_s3_bucket_server_side_encryption_configuration.machines, aws_s3_bucket_server_side_encryption_configuration.storefront] :
      one(one(encryption.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    ])
    error_message = "Buckets must be encrypted."
  }

  # Secrets are in SSM and nowhere else.

  assert {
    condition     = aws_ssm_parameter.database_url.type == "SecureString" && aws_ssm_parameter.database_url.key_id == aws_kms_key.secrets.arn
    error_message = "The database's address with its password must be encrypted with our key."
  }

  # A write-only value reads as null everywhere.
  assert {
    condition     = aws_ssm_parameter.database_url.value_wo == null && aws_db_instance.main.password_wo == null && aws_db_instance.main.password == null
    error_message = "The password must be given through write-only arguments."
  }

  assert {
    condition     = alltrue([for machine in concat(values(aws_instance.app), [aws_instance.nginx]) : !strcontains(machine.user_data, "only-for-tests")])
    error_message = "A machine's user data must not contain a secret: everyone who may describe the machine can read it."
  }

  # Settings follow from the network.

  assert {
    condition     = aws_ssm_parameter.app["TRUSTED_PROXIES"].value == aws_instance.nginx.private_ip && aws_ssm_parameter.app["THROTTLE_INSTANCES"].value == "6"
    error_message = "Instances must trust Nginx, and share quotas between six."
  }

  assert {
    condition     = length(regexall("server 10\\.83\\.1[01]\\.1[1-6]:3000 max_fails=3 fail_timeout=1s;", aws_ssm_parameter.nginx["NGINX_INSTANCE_SERVERS"].value)) == 6
    error_message = "Nginx must know all six."
  }

  assert {
    condition     = aws_ssm_parameter.nginx["NGINX_TRUSTED_PEERS"].value == "set_real_ip_from 10.83.10.0/24; set_real_ip_from 10.83.11.0/24;"
    error_message = "Nginx must trust CloudFront's interfaces, which are in the private subnets."
  }

  # Every ${NGINX_…} of the templates gets a value.
  assert {
    condition = toset(flatten([
      for file in fileset("../nginx/templates", "**/*.template") : regexall("\\$\\{(NGINX_[A-Z_]+)\\}", file("../nginx/templates/${file}"))
    ])) == toset(keys(aws_ssm_parameter.nginx))
    error_message = "Parameters and placeholders of nginx/templates differ."
  }

  # Each role reaches only its own resources.

  assert {
    condition = alltrue([
      for document in [data.aws_iam_policy_document.app, data.aws_iam_policy_document.nginx, data.aws_iam_policy_document.agent, data.aws_iam_policy_document.rollout, data.aws_iam_policy_document.new_relic] :
      alltrue([for statement in document.statement : alltrue([for action in statement.actions : !strcontains(action, "*")])])
    ])
    error_message = "No role may have a wildcard among its actions."
  }

  # These actions support no resources; every other statement names its own.
  assert {
    condition = alltrue(flatten([
      for document in [data.aws_iam_policy_document.app, data.aws_iam_policy_document.nginx, data.aws_iam_policy_document.agent, data.aws_iam_policy_document.rollout] : [
        for statement in document.statement : !contains(statement.resources, "*") || contains(["Agent", "LogInToRegistry", "SeeWhatBecameOfIt"], statement.sid)
      ]
    ]))
    error_message = "Only the agent, the registry login and the observation of a rollout may use any resource."
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.app.statement : statement.resources if statement.sid == "OwnParameters"
    ] == [toset(["arn:aws:ssm:eu-central-1:123456789012:parameter/starling/app", "arn:aws:ssm:eu-central-1:123456789012:parameter/starling/app/*"])]
    error_message = "Instances may read only their own parameters."
  }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.nginx.statement : !contains(statement.actions, "kms:Decrypt")])
    error_message = "Nginx must not decrypt secrets."
  }

  # PostgreSQL 18 with our settings.

  assert {
    condition     = aws_db_instance.main.engine_version == "18" && aws_db_parameter_group.main.family == "postgres18"
    error_message = "The database must be PostgreSQL 18."
  }

  # For 4 GB: 1024 MB of shared buffers in pages of 8 kB, 16 MB of work memory in kB, a quarter of
  # an hour in seconds. For 100 GB of disk: a fifth of it for the log, in MB.
  assert {
    condition = { for parameter in aws_db_parameter_group.main.parameter : parameter.name => parameter.value if contains(["shared_buffers", "work_mem", "checkpoint_timeout", "max_wal_size", "wal_compression", "rds.force_ssl"], parameter.name) } == {
      shared_buffers     = "131072"
      work_mem           = "16384"
      checkpoint_timeout = "900"
      max_wal_size       = "20480"
      wal_compression    = "lz4"
      "rds.force_ssl"    = "1"
    }
    error_message = "The settings must be those of postgres/settings.sh, in RDS's units."
  }

  assert {
    condition     = aws_db_instance.main.backup_retention_period == 7 && aws_db_instance.main.deletion_protection && !aws_db_instance.main.skip_final_snapshot
    error_message = "Backups must last a week, and the database must be protected against deletion."
  }

  # The API goes to Nginx and the rest to S3.

  assert {
    condition     = [for behavior in aws_cloudfront_distribution.main.ordered_cache_behavior : behavior.path_pattern if behavior.target_origin_id == "nginx"] == ["/v1/*", "/reviews*", "/openapi.json", "/docs*"]
    error_message = "The API, the legacy contract and the OpenAPI document must go to Nginx."
  }

  assert {
    condition     = alltrue([for behavior in aws_cloudfront_distribution.main.ordered_cache_behavior : length(behavior.allowed_methods) == 7 && behavior.viewer_protocol_policy == "https-only" if behavior.target_origin_id == "nginx"])
    error_message = "The API must accept every method, over TLS only."
  }

  assert {
    condition     = aws_cloudfront_distribution.main.default_cache_behavior[0].target_origin_id == "storefront"
    error_message = "Every other path must go to the storefront."
  }

  assert {
    condition     = alltrue([for origin in aws_cloudfront_distribution.main.origin : length(origin.vpc_origin_config) == 1 if origin.origin_id == "nginx"]) && aws_cloudfront_vpc_origin.nginx.vpc_origin_endpoint_config[0].arn == aws_instance.nginx.arn
    error_message = "CloudFront must reach Nginx inside the VPC."
  }

  # The origin decides what is cached.

  assert {
    condition     = aws_cloudfront_cache_policy.api.min_ttl == 0 && aws_cloudfront_cache_policy.api.default_ttl == 0
    error_message = "A minimum would cache responses with no-store; a default would cache those without Cache-Control."
  }

  assert {
    condition     = alltrue([for behavior in aws_cloudfront_distribution.main.ordered_cache_behavior : behavior.cache_policy_id == aws_cloudfront_cache_policy.api.id if behavior.target_origin_id == "nginx"])
    error_message = "Every path of the API must use that policy."
  }

  assert {
    condition     = contains(aws_cloudfront_cache_policy.api.parameters_in_cache_key_and_forwarded_to_origin[0].headers_config[0].headers[0].items, "Authorization") && aws_cloudfront_cache_policy.api.parameters_in_cache_key_and_forwarded_to_origin[0].query_strings_config[0].query_string_behavior == "all"
    error_message = "The cache key must contain the API key and the query."
  }

  # The widget.

  assert {
    condition     = contains(keys(aws_s3_object.widget), "starling-reviews.js") && contains(keys(aws_s3_object.widget), "starling-reviews.css") && alltrue([for file, object in aws_s3_object.widget : object.key == "starling/${file}"])
    error_message = "The widget's script and style sheet must be below /starling/."
  }

  assert {
    condition = alltrue([
      for file, object in aws_s3_object.widget :
      object.cache_control == (can(regex("^starling-reviews[.]", file)) ? "public, max-age=300" : "public, max-age=31536000, immutable")
    ])
    error_message = "Hashed files must be kept for a year, and the two names that pages refer to for minutes."
  }

  assert {
    condition = alltrue([
      for file, object in aws_s3_object.widget :
      startswith(object.content_type, endswith(file, ".js") ? "text/javascript" : endswith(file, ".css") ? "text/css" : "application/json")
    ])
    error_message = "With nosniff, browsers refuse a script or style sheet of another type."
  }

  assert {
    condition = [
      for behavior in aws_cloudfront_distribution.main.ordered_cache_behavior :
      [behavior.path_pattern, behavior.response_headers_policy_id] if behavior.target_origin_id == "storefront"
    ] == [["/starling/*", aws_cloudfront_response_headers_policy.widget.id]]
    error_message = "The widget's files must have their own headers."
  }

  assert {
    condition     = one(aws_cloudfront_response_headers_policy.widget.cors_config[0].access_control_allow_origins[0].items) == "*" && one(aws_cloudfront_response_headers_policy.widget.custom_headers_config[0].items).value == "cross-origin"
    error_message = "Pages of any origin must be allowed to load the widget."
  }

  # Only the distribution reads the bucket.

  assert {
    condition = alltrue([
      for block in [aws_s3_bucket_public_access_block.storefront, aws_s3_bucket_public_access_block.machines] :
      block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets
    ])
    error_message = "No bucket may be public."
  }

  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.storefront_bucket.statement :
      statement.effect == "Deny" || one(statement.condition).values == tolist([aws_cloudfront_distribution.main.arn])
    ])
    error_message = "Only our distribution may read the storefront's files."
  }

  # A domain of its own.

  assert {
    condition     = aws_cloudfront_distribution.main.aliases == toset(["shop.example.com"]) && aws_cloudfront_distribution.main.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021" && output.url == "https://shop.example.com"
    error_message = "The domain must be served with its certificate."
  }

  # A rollout pulls while the instance serves, drains and replaces it, watches it, and goes back on
  # errors.

  assert {
    condition = [for step in jsondecode(aws_ssm_document.rollout.content).mainSteps : [step.name, step.onFailure, try(step.isEnd, false)]] == [
      ["address", "Abort", false],
      ["pull", "Abort", false],
      ["replace", "Abort", false],
      ["watch", "step:goBack", true],
      ["goBack", "Abort", true],
    ]
    error_message = "A replaced instance must be watched, and must go back only if that fails."
  }

  # The instance gets 30 s to drain before it is killed, and takes at most 11 s. systemd must wait
  # at least as long.
  assert {
    condition     = strcontains(file(aws_s3_object.machine["app/starling.service"].source), "docker stop -t 30 starling\nTimeoutStartSec=300\nTimeoutStopSec=45\n")
    error_message = "An instance must have enough time to drain."
  }

  # One instance first, then one after another; the first failure stops it.

  assert {
    condition     = alltrue([for command in values(output.rollout) : endswith(command, "--max-concurrency 1 --max-errors 0")])
    error_message = "A rollout must take one instance at a time, and none after a failure."
  }

  assert {
    condition     = length(regexall(",", output.rollout.first)) == 1 && length(regexall(",", output.rollout.rest)) == 5
    error_message = "A rollout must take one instance first, then the other five."
  }

  # The rollout's role may run only our documents on our machines.

  assert {
    condition = toset(flatten([for statement in data.aws_iam_policy_document.rollout.statement : statement.resources if contains(statement.actions, "ssm:SendCommand")])) == toset(concat(
      [aws_ssm_document.instance.arn, aws_ssm_document.watch.arn, aws_instance.nginx.arn],
      [for instance in aws_instance.app : instance.arn],
    ))
    error_message = "The rollout must not run other commands, nor on other machines."
  }

  # The address becomes part of a shell command.
  assert {
    condition     = jsondecode(aws_ssm_document.watch.content).parameters.Address.allowedPattern == "^[0-9]{1,3}([.][0-9]{1,3}){3}$"
    error_message = "The parameter must accept only an address."
  }

  # With New Relic.

  assert {
    condition     = aws_ssm_parameter.new_relic_license_key[0].type == "SecureString" && one([for statement in data.aws_iam_policy_document.new_relic_trust.statement : one(statement.condition).values]) == tolist(["1"])
    error_message = "The key must be encrypted, and the role must be for our New Relic account."
  }
}

run "without_new_relic" {
  command = plan

  variables {
    new_relic_account_id  = null
    new_relic_license_key = ""
  }

  assert {
    condition     = length(aws_ssm_parameter.new_relic_license_key) == 0 && length(aws_iam_role.new_relic) == 0
    error_message = "Without New Relic there must be no key and no role for it."
  }
}
