# The permissions of each machine. There are no access keys: a machine gets credentials from its
# role, through IMDSv2.

data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

# Permissions of the Systems Manager agent, for the rollout's commands and for Session Manager
# instead of SSH. AWS's own policy would let a machine read every parameter of the account.
data "aws_iam_policy_document" "agent" {
  statement {
    sid = "Agent"
    actions = [
      "ssm:UpdateInstanceInformation",
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
      "ec2messages:AcknowledgeMessage",
      "ec2messages:DeleteMessage",
      "ec2messages:FailMessage",
      "ec2messages:GetEndpoint",
      "ec2messages:GetMessages",
      "ec2messages:SendReply",
    ]
    # These actions support no narrower resource.
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "app" {
  source_policy_documents = [data.aws_iam_policy_document.agent.json]

  statement {
    sid       = "OwnParameters"
    actions   = ["ssm:GetParametersByPath"]
    resources = [for below in ["", "/*"] : "${local.arn_prefix.ssm}:parameter${local.parameters}/app${below}"]
  }

  statement {
    sid       = "WhichImage"
    actions   = ["ssm:GetParameter"]
    resources = [aws_ssm_parameter.image_digest.arn]
  }

  statement {
    sid       = "DecryptParameters"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.secrets.arn]

    # The condition excludes the database's disk and its backups, which the same key encrypts.
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["ssm.${var.region}.amazonaws.com"]
    }
    condition {
      test     = "StringLike"
      variable = "kms:EncryptionContext:PARAMETER_ARN"
      values   = ["${local.arn_prefix.ssm}:parameter${local.parameters}/app/*"]
    }
  }

  statement {
    sid       = "LogInToRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid       = "PullImage"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [aws_ecr_repository.starling.arn]
  }

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.app.arn}:*"]
  }
}

data "aws_iam_policy_document" "nginx" {
  source_policy_documents = [data.aws_iam_policy_document.agent.json]

  statement {
    sid       = "OwnParameters"
    actions   = ["ssm:GetParametersByPath"]
    resources = [for below in ["", "/*"] : "${local.arn_prefix.ssm}:parameter${local.parameters}/nginx${below}"]
  }
}

data "aws_iam_policy_document" "machine_files" {
  for_each = toset(["app", "nginx"])

  statement {
    sid       = "OwnFiles"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.machines.arn}/${each.key}/*"]
  }

  statement {
    sid       = "ListOwnFiles"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.machines.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["${each.key}/*"]
    }
  }
}

resource "aws_iam_role" "machine" {
  for_each = { app = "Instances of Starling", nginx = "Nginx" }

  name               = "${var.name}-${each.key}"
  description        = each.value
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_role_policy" "machine" {
  for_each = {
    app   = data.aws_iam_policy_document.app.json
    nginx = data.aws_iam_policy_document.nginx.json
  }

  name   = "machine"
  role   = aws_iam_role.machine[each.key].id
  policy = each.value
}

resource "aws_iam_role_policy" "machine_files" {
  for_each = aws_iam_role.machine

  name   = "files"
  role   = each.value.id
  policy = data.aws_iam_policy_document.machine_files[each.key].json
}

resource "aws_iam_instance_profile" "machine" {
  for_each = aws_iam_role.machine

  name = each.value.name
  role = each.value.name
}
