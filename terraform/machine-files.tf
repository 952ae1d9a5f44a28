# The files that a new machine downloads: its scripts and units (machine/), and Nginx's templates
# from nginx/.

locals {
  templates = "${path.module}/../nginx/templates"
  machine_files = merge(
    { for file in fileset("${path.module}/machine", "{app,nginx}/*") : file => "${path.module}/machine/${file}" },
    { for file in fileset(local.templates, "**/*.template") : "nginx/templates/${file}" => "${local.templates}/${file}" },
    # Both kinds of machine read their parameters with the same script.
    { for kind in ["app", "nginx"] : "${kind}/environment.sh" => "${path.module}/machine/environment.sh" },
  )
}

resource "aws_s3_bucket" "machines" {
  bucket_prefix = "${var.name}-machines-"
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "machines" {
  bucket = aws_s3_bucket.machines.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "machines" {
  bucket = aws_s3_bucket.machines.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "machines" {
  bucket = aws_s3_bucket.machines.id

  versioning_configuration {
    status = "Enabled"
  }
}

data "aws_iam_policy_document" "machines_bucket" {
  statement {
    sid       = "OnlyTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.machines.arn, "${aws_s3_bucket.machines.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "machines" {
  bucket = aws_s3_bucket.machines.id
  policy = data.aws_iam_policy_document.machines_bucket.json
}

resource "aws_s3_object" "machine" {
  for_each = local.machine_files

  bucket      = aws_s3_bucket.machines.id
  key         = each.key
  source      = each.value
  source_hash = filemd5(each.value)
}
