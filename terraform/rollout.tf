# A new image, an instance at a time, drained first. The steps and what happens when one fails:
# README, Rollout.
#
# Systems Manager runs the automation document once for each instance, one after another
# (max-concurrency 1), and stops at the first execution that fails (max-errors 0). It may only run
# the two documents below it, on our machines: no command of its own.

locals {
  # One instance first: what a test did not see shows on a sixth of the traffic.
  rollout_stages = {
    first = ["app-1"]
    rest  = [for name in keys(local.instances) : name if name != "app-1"]
  }
}

resource "aws_ssm_document" "instance" {
  name            = "${var.name}-instance"
  document_type   = "Command"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "2.2"
    description   = "Brings an instance to the wanted image, or back to the one before"
    parameters = {
      Action = { type = "String", description = "What to do", allowedValues = ["pull", "start", "back"] }
    }
    mainSteps = [{
      action = "aws:runShellScript"
      name   = "replace"
      inputs = { runCommand = ["exec /opt/starling/replace.sh '{{ Action }}'"], timeoutSeconds = "300" }
    }]
  })
}

resource "aws_ssm_document" "watch" {
  name            = "${var.name}-watch"
  document_type   = "Command"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "2.2"
    description   = "On Nginx: fails if an instance answers errors"
    parameters = {
      # It goes into a shell command.
      Address = { type = "String", description = "The instance's address", allowedPattern = "^[0-9]{1,3}([.][0-9]{1,3}){3}$" }
    }
    mainSteps = [{
      action = "aws:runShellScript"
      name   = "watch"
      inputs = { runCommand = ["exec /opt/starling/watch.sh '{{ Address }}'"], timeoutSeconds = "120" }
    }]
  })
}

resource "aws_ssm_document" "rollout" {
  name            = "${var.name}-rollout"
  document_type   = "Automation"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "0.3"
    description   = "One instance: pull, drain and replace, watch; back to the image before if it fails"
    assumeRole    = aws_iam_role.rollout.arn
    parameters = {
      InstanceId = { type = "AWS::EC2::Instance::Id", description = "The instance" }
    }
    # A failed step that leads to another one still makes the execution a failed one.
    mainSteps = [
      {
        name      = "address"
        action    = "aws:executeAwsApi"
        onFailure = "Abort"
        inputs    = { Service = "ec2", Api = "DescribeInstances", InstanceIds = ["{{ InstanceId }}"] }
        outputs = [{
          Name = "Address", Type = "String", Selector = "$.Reservations[0].Instances[0].PrivateIpAddress"
        }]
      },
      # While it still serves: the new image is on the machine before anything stops.
      {
        name           = "pull"
        action         = "aws:runCommand"
        timeoutSeconds = 300
        onFailure      = "Abort"
        inputs = {
          DocumentName = aws_ssm_document.instance.name
          InstanceIds  = ["{{ InstanceId }}"]
          Parameters   = { Action = ["pull"] }
        }
      },
      # Drained by SIGTERM: the instance takes no new connection, answers what is under way and
      # ends. Then the new image; by itself the old one again, if the new one is not ready in time.
      {
        name           = "replace"
        action         = "aws:runCommand"
        timeoutSeconds = 300
        onFailure      = "Abort"
        inputs = {
          DocumentName = aws_ssm_document.instance.name
          InstanceIds  = ["{{ InstanceId }}"]
          Parameters   = { Action = ["start"] }
        }
      },
      {
        name           = "watch"
        action         = "aws:runCommand"
        timeoutSeconds = 120
        onFailure      = "step:goBack"
        isEnd          = true
        inputs = {
          DocumentName = aws_ssm_document.watch.name
          InstanceIds  = [aws_instance.nginx.id]
          Parameters   = { Address = ["{{ address.Address }}"] }
        }
      },
      # Ready, but answering errors: the old image again, drained too.
      {
        name           = "goBack"
        action         = "aws:runCommand"
        timeoutSeconds = 300
        onFailure      = "Abort"
        isEnd          = true
        inputs = {
          DocumentName = aws_ssm_document.instance.name
          InstanceIds  = ["{{ InstanceId }}"]
          Parameters   = { Action = ["back"] }
        }
      },
    ]
  })
}

data "aws_iam_policy_document" "rollout_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ssm.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

data "aws_iam_policy_document" "rollout" {
  statement {
    sid       = "OurDocuments"
    actions   = ["ssm:SendCommand"]
    resources = [aws_ssm_document.instance.arn, aws_ssm_document.watch.arn]
  }

  statement {
    sid       = "OnOurMachines"
    actions   = ["ssm:SendCommand"]
    resources = concat([aws_instance.nginx.arn], [for instance in aws_instance.app : instance.arn])
  }

  statement {
    sid = "SeeWhatBecameOfIt"
    actions = [
      "ec2:DescribeInstances",
      "ssm:DescribeInstanceInformation",
      "ssm:GetCommandInvocation",
      "ssm:ListCommandInvocations",
      "ssm:ListCommands",
    ]
    # These know no narrower resource.
    resources = ["*"]
  }
}

resource "aws_iam_role" "rollout" {
  name               = "${var.name}-rollout"
  description        = "Systems Manager, while it rolls out an image"
  assume_role_policy = data.aws_iam_policy_document.rollout_trust.json
}

resource "aws_iam_role_policy" "rollout" {
  name   = "rollout"
  role   = aws_iam_role.rollout.id
  policy = data.aws_iam_policy_document.rollout.json
}
