# A new image, an instance at a time, drained first. The steps and what happens when one fails: README, Rollout.
#
# Systems Manager runs the automation document once for each instance, one after another (max-concurrency 1), and stops at the first
# execution that fails (max-errors 0). It may only run the two documents below it, on our machines: no command of its own.

locals {
  # One instance first: what a test did not see shows on a sixth of the traffic.
  rollout_stages = {
    first = ["app-1"]
    rest  = [for name in keys(local.instances) : name if name != "app-1"]
  }

  # Each step with what to do if it fails; without on_failure the execution ends there, as failed. A failed step that leads to another
  # one still makes the execution a failed one.
  rollout_steps = [
    # While it still serves: the new image is on the machine before anything is taken out.
    { name = "pull", on = "instance", action = "pull", timeout_s = 300 },
    { name = "drain", on = "nginx", action = "down", timeout_s = 60, on_failure = "restoreUndrained" },
    # Back to the old image by itself if the new one is not ready in time.
    { name = "start", on = "instance", action = "start", timeout_s = 300, on_failure = "restoreUndrained" },
    { name = "admit", on = "nginx", action = "up", timeout_s = 60 },
    { name = "watch", on = "nginx", action = "watch", timeout_s = 120, on_failure = "drainAgain", is_end = true },
    # Ready, but answering errors: back to the old image, drained again.
    { name = "drainAgain", on = "nginx", action = "down", timeout_s = 60 },
    { name = "goBack", on = "instance", action = "back", timeout_s = 300 },
    { name = "restoreUndrained", on = "nginx", action = "up", timeout_s = 60, is_end = true },
  ]
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

resource "aws_ssm_document" "upstream" {
  name            = "${var.name}-upstream"
  document_type   = "Command"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "2.2"
    description   = "Takes an instance out of Nginx's upstream, puts it back, watches what it answers"
    parameters = {
      Action  = { type = "String", description = "What to do", allowedValues = ["down", "up", "watch"] }
      Address = { type = "String", description = "The instance's address", allowedPattern = "^[0-9]{1,3}([.][0-9]{1,3}){3}$" }
    }
    mainSteps = [{
      action = "aws:runShellScript"
      name   = "upstream"
      inputs = { runCommand = ["exec /opt/starling/upstream.sh '{{ Action }}' '{{ Address }}'"], timeoutSeconds = "120" }
    }]
  })
}

resource "aws_ssm_document" "rollout" {
  name            = "${var.name}-rollout"
  document_type   = "Automation"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "0.3"
    description   = "One instance: pull, drain, start, admit, watch; back to the image before if it fails"
    assumeRole    = aws_iam_role.rollout.arn
    parameters = {
      InstanceId = { type = "AWS::EC2::Instance::Id", description = "The instance" }
    }
    mainSteps = concat(
      [{
        name      = "address"
        action    = "aws:executeAwsApi"
        onFailure = "Abort"
        inputs    = { Service = "ec2", Api = "DescribeInstances", InstanceIds = ["{{ InstanceId }}"] }
        outputs = [{
          Name = "Address", Type = "String", Selector = "$.Reservations[0].Instances[0].PrivateIpAddress"
        }]
      }],
      [for step in local.rollout_steps : merge(
        {
          name           = step.name
          action         = "aws:runCommand"
          timeoutSeconds = step.timeout_s
          onFailure      = try(step.on_failure, null) == null ? "Abort" : "step:${step.on_failure}"
          inputs = {
            DocumentName = step.on == "nginx" ? aws_ssm_document.upstream.name : aws_ssm_document.instance.name
            InstanceIds  = [step.on == "nginx" ? aws_instance.nginx.id : "{{ InstanceId }}"]
            Parameters = merge(
              { Action = [step.action] },
              step.on == "nginx" ? { Address = ["{{ address.Address }}"] } : {},
            )
          }
        },
        try(step.is_end, null) == true ? { isEnd = true } : {},
      )],
    )
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
    resources = [aws_ssm_document.instance.arn, aws_ssm_document.upstream.arn]
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
