/** An error planted in a copy of terraform/, and the message that must report it. */
export interface PlantedError {
  file: string;
  /** A text of the file, and its replacement at every place. */
  before: string;
  after: string;
  refusal: RegExp;
}

/**
 * Errors against the providers' schemas. One run of `terraform validate` must report all of them.
 */
export const INVALID: PlantedError[] = [
  {
    file: 'network.tf',
    before: 'enable_dns_support   = true',
    after: 'enable_dns_suport    = true',
    refusal: /argument named "enable_dns_suport" is not expected/,
  },
  {
    file: 'secrets.tf',
    before: 'deletion_window_in_days = 30',
    after: 'deletion_window {}',
    refusal: /Blocks of type "deletion_window" are not expected/,
  },
  {
    file: 'roles.tf',
    before: 'resource "aws_iam_role_policy" "machine_files"',
    after: 'resource "aws_iam_role_rule" "machine_files"',
    refusal: /does not support resource type "aws_iam_role_rule"/,
  },
  {
    file: 'database.tf',
    before: 'subnet_ids  = aws_subnet.database[*].id',
    after: '',
    refusal: /argument "subnet_ids" is required/,
  },
  {
    file: 'logs.tf',
    before: 'name              = "/aws/rds/',
    after: 'skip_destroy = "perhaps"\n  name = "/aws/rds/',
    refusal: /a bool is required/,
  },
  {
    file: 'cdn.tf',
    before: 'arn                    = aws_instance.nginx.arn',
    after: 'arn                    = aws_instance.balancer.arn',
    refusal: /"aws_instance" "balancer" has not been declared/,
  },
  {
    file: 'storefront.tf',
    before: 'noncurrent_days = 90',
    after: 'noncurrent_hours = 90',
    refusal: /argument named "noncurrent_hours" is not expected/,
  },
];

/** Valid but unsafe configurations. The assertions of `terraform test` must report each of them. */
export const UNSAFE: PlantedError[] = [
  {
    file: 'security-groups.tf',
    before: 'referenced_security_group_id = data.aws_security_group.cloudfront.id',
    after: 'cidr_ipv4 = "0.0.0.0/0"',
    refusal: /No group may accept a network/,
  },
  {
    file: 'security-groups.tf',
    before: 'description = "PostgreSQL: from the instances, to nowhere"',
    after: 'description = "open"\n  ingress {\n    protocol = "-1"\n  }',
    refusal: /a group must contain none/,
  },
  {
    file: 'network.tf',
    before: 'local.private_cidrs[count.index]\n  map_public_ip_on_launch = false',
    after: 'local.private_cidrs[count.index]\n  map_public_ip_on_launch = true',
    refusal: /No subnet may hand out public addresses/,
  },
  {
    file: 'machines.tf',
    before: 'instance_type               = var.nginx_instance_type',
    after: 'instance_type               = "t4g.2xlarge"',
    refusal: /All seven machines must be micro/,
  },
  {
    file: 'machines.tf',
    before: 'http_tokens                 = "required"',
    after: 'http_tokens                 = "optional"',
    refusal: /IMDSv2 only/,
  },
  {
    file: 'machines.tf',
    before: 'encrypted   = true',
    after: 'encrypted   = false',
    refusal: /Machines' disks must be encrypted/,
  },
  {
    file: 'database.tf',
    before: 'storage_encrypted     = true',
    after: 'storage_encrypted     = false',
    refusal: /The database's disk must be encrypted/,
  },
  {
    file: 'database.tf',
    before: 'password_wo         = var.database_password',
    after: 'password            = "in the state"',
    refusal: /must be given through write-only arguments/,
  },
  {
    file: 'database.tf',
    before: 'engine_version = "18"',
    after: 'engine_version = "17"',
    refusal: /PostgreSQL 18\./,
  },
  {
    file: 'secrets.tf',
    before: 'key_id           = aws_kms_key.secrets.arn\n  value_wo         = "postgres',
    after: 'value_wo         = "postgres',
    refusal: /must be encrypted with our key/,
  },
  {
    file: 'roles.tf',
    before: '"ecr:BatchGetImage"',
    after: '"ecr:*"',
    refusal: /No role may have a wildcard among its actions/,
  },
  {
    file: 'roles.tf',
    before: 'resources = [aws_kms_key.secrets.arn]',
    after: 'resources = ["*"]',
    refusal: /may use any resource/,
  },
  {
    file: 'cdn.tf',
    before: 'min_ttl     = 0\n  default_ttl = 0',
    after: 'min_ttl     = 60\n  default_ttl = 0',
    refusal: /A minimum would cache responses with no-store/,
  },
  {
    file: 'cdn.tf',
    before: '["/v1/*", "/reviews*", "/openapi.json", "/docs*"]',
    after: '["/v1/*"]',
    refusal: /the legacy contract/,
  },
  {
    file: 'widget.tf',
    before: '"-[A-Z0-9]{8}[.]"',
    after: '"[.]"',
    refusal: /for minutes/,
  },
  {
    file: 'widget.tf',
    before: 'js  = "text/javascript; charset=utf-8"',
    after: 'js  = "text/plain"',
    refusal: /browsers refuse a script/,
  },
  {
    file: 'rollout.tf',
    before: 'step:goBack',
    after: 'Abort',
    refusal: /must go back only if that fails/,
  },
  {
    file: 'machine/app/starling.service',
    before: '-t 30',
    after: '-t 1',
    refusal: /must have enough time to drain/,
  },
  {
    file: 'outputs.tf',
    before: '--max-errors 0',
    after: '--max-errors 5',
    refusal: /none after a failure/,
  },
];
