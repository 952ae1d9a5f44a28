# Mocked answers of AWS, for the values where a generated word would not do.

mock_data "aws_availability_zones" {
  defaults = {
    names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  }
}

mock_data "aws_caller_identity" {
  defaults = {
    account_id = "123456789012"
  }
}

mock_data "aws_partition" {
  defaults = {
    partition = "aws"
  }
}

mock_data "aws_security_group" {
  defaults = {
    id = "sg-cloudfront"
  }
}

mock_data "aws_iam_policy_document" {
  defaults = {
    json = "{}"
  }
}

mock_resource "aws_security_group" {
  defaults = {
    id = "sg-made"
  }
}

mock_resource "aws_db_instance" {
  defaults = {
    address = "starling.example.com"
  }
}

mock_resource "aws_cloudfront_distribution" {
  defaults = {
    domain_name = "shop.example.com"
  }
}
