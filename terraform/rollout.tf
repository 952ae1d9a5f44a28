# Rolls out a new image, one instance at a time, and drains each first. README, Rollout, lists the
# steps and what happens if one fails.
#
# Systems Manager runs the automation document once per instance, one after another (max-concurrency
# 1), and stops at the first failed execution (max-errors 0). It may run only the two documents
# below, on our machines, and no other command.

locals {
  # One instance first: an error that tests did not find then affects a sixth of the traffic.
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
    description   = "Moves an instance to the wanted image, or back to the previous one"
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
    description   = "On Nginx: fails if too many of an instance's answers are errors"
    parameters = {
      # The pattern matters, because the address becomes part of a shell command.
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
    description   = "One instance: pull, drain and replace, watch; back to the previous image if it fails"
    assumeRole    = aws_iam_role.rollout.arn
    parameters = {
      InstanceId = { type = "AWS::EC2::Instance::Id", description = "The instance" }
    }
    # If a step fails, the execution counts as failed, even if another step follows.
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
      # Pulls while the instance still serves, so that the new image is on the machine before
      # anything stops.
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
      # SIGTERM drains the instance: it accepts no new connections, finishes the requests in
      # progress and ends. Then the new image starts. If it is not ready in time, the script starts
      # the old one again.
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
      # The new image is ready but answers errors: drain it and start the old image again.
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
    # These actions support no narrower resource.
    resources = ["*"]
  }
}

resource "aws_iam_role" "rollout" {
  name               = "${var.name}-rollout"
  description        = "Used by Systems Manager during a rollout"
  assume_role_policy = data.aws_iam_policy_document.rollout_trust.json
}

resource "aws_iam_role_policy" "rollout" {
  name   = "rollout"
  role   = aws_iam_role.rollout.id
  policy = data.aws_iam_policy_document.rollout.json
}
