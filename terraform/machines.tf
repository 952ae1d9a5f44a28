# The machines of the six instances and of Nginx. A service fetches its configuration and image from
# S3, SSM and the registry when it starts. So an apply creates machines and parameters but never
# restarts anything; the rollout does that, one machine after another.
#
# Amazon Linux 2023 has Docker, Nginx and the Systems Manager agent in its own, signed repository.

# Amazon Linux 2023: Docker, Nginx and Systems Manager's agent come from its own, signed repository.
data "aws_ssm_parameter" "ami" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${var.architecture}"
}

resource "aws_instance" "app" {
  for_each = local.instances

  ami                         = nonsensitive(data.aws_ssm_parameter.ami.value)
  instance_type               = var.instance_type
  subnet_id                   = aws_subnet.private[each.value.zone].id
  private_ip                  = each.value.address
  associate_public_ip_address = false
  vpc_security_group_ids      = [aws_security_group.app.id]
  iam_instance_profile        = aws_iam_instance_profile.machine["app"].name
  ebs_optimized               = true

  user_data = templatefile("${path.module}/machine/user-data.sh.tftpl", {
    kind   = "app"
    bucket = aws_s3_bucket.machines.bucket
    machine = {
      AWS_REGION    = var.region
      PARAMETERS    = "${local.parameters}/app"
      IMAGE         = aws_ecr_repository.starling.repository_url
      IMAGE_DIGEST  = aws_ssm_parameter.image_digest.name
      INSTANCE_NAME = each.key
      PORT          = local.instance_port
      LOG_GROUP     = aws_cloudwatch_log_group.app.name
      STATE_DIR     = "/var/lib/starling"
      RUN_DIR       = "/run/starling"
    }
  })

  # IMDSv2 only, with one hop: a container cannot request the machine's credentials.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    encrypted   = true
    volume_type = "gp3"
    volume_size = 10
  }

  # A micro machine may use a tenth of a core all day. Beyond that it costs 4 cents per core and
  # hour instead of being slowed down.
  credit_specification {
    cpu_credits = "unlimited"
  }

  tags = { Name = "${var.name}-${each.key}", Role = "app" }

  # A newer AMI or a changed user data script must not replace or stop six machines at once. Use
  # `-replace` on one after another (README).
  lifecycle {
    ignore_changes = [ami, user_data]
  }

  depends_on = [
    aws_route.private,
    aws_s3_object.machine,
    aws_iam_role_policy.machine,
    aws_iam_role_policy.machine_files,
    aws_ssm_parameter.app,
    aws_ssm_parameter.database_url,
    aws_ssm_parameter.new_relic_license_key,
  ]
}

resource "aws_instance" "nginx" {
  ami                         = nonsensitive(data.aws_ssm_parameter.ami.value)
  instance_type               = var.nginx_instance_type
  subnet_id                   = aws_subnet.private[0].id
  private_ip                  = local.nginx_address
  associate_public_ip_address = false
  vpc_security_group_ids      = [aws_security_group.nginx.id]
  iam_instance_profile        = aws_iam_instance_profile.machine["nginx"].name
  ebs_optimized               = true

  user_data = templatefile("${path.module}/machine/user-data.sh.tftpl", {
    kind   = "nginx"
    bucket = aws_s3_bucket.machines.bucket
    machine = {
      AWS_REGION = var.region
      PARAMETERS = "${local.parameters}/nginx"
      PORT       = local.instance_port
      TEMPLATES  = "/opt/starling/templates"
      RUN_DIR    = "/run/starling"
    }
  })

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    encrypted   = true
    volume_type = "gp3"
    volume_size = 10
  }

  credit_specification {
    cpu_credits = "unlimited"
  }

  tags = { Name = "${var.name}-nginx", Role = "nginx" }

  lifecycle {
    ignore_changes = [ami, user_data]
  }

  depends_on = [
    aws_route.private,
    aws_s3_object.machine,
    aws_iam_role_policy.machine,
    aws_iam_role_policy.machine_files,
    aws_ssm_parameter.nginx,
  ]
}

# If the hardware fails, AWS starts the machine on other hardware, with the same disk and address.
resource "aws_cloudwatch_metric_alarm" "recover" {
  for_each = merge({ nginx = aws_instance.nginx.id }, { for name, instance in aws_instance.app : name => instance.id })

  alarm_name          = "${var.name}-${each.key}-recover"
  alarm_description   = "The hardware of ${each.key} failed: recover the machine on other hardware"
  namespace           = "AWS/EC2"
  metric_name         = "StatusCheckFailed_System"
  dimensions          = { InstanceId = each.value }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 2
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = ["arn:${data.aws_partition.current.partition}:automate:${var.region}:ec2:recover"]
}
