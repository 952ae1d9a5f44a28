# Names, zones and addresses that the other files share. Each file holds one concern; README.md
# lists them.

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Project   = var.name
      ManagedBy = "terraform"
    }
  }
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_availability_zones" "available" {
  state = "available"
}

locals {
  zones = length(var.zones) == 2 ? var.zones : slice(data.aws_availability_zones.available.names, 0, 2)

  # Three tiers in each zone. The gap between the tiers leaves room for more zones.
  public_cidrs   = [for index in range(2) : cidrsubnet(var.vpc_cidr, 8, index)]
  private_cidrs  = [for index in range(2) : cidrsubnet(var.vpc_cidr, 8, 10 + index)]
  database_cidrs = [for index in range(2) : cidrsubnet(var.vpc_cidr, 8, 20 + index)]

  # Fixed addresses: Nginx resolves names only when it starts, and a recreated machine keeps its
  # address.
  nginx_address = cidrhost(local.private_cidrs[0], 10)
  instances = {
    for number in range(1, var.instance_count + 1) : "app-${number}" => {
      zone    = (number - 1) % 2
      address = cidrhost(local.private_cidrs[(number - 1) % 2], 10 + number)
    }
  }

  nginx_port    = 8080
  instance_port = 3000

  # All parameters of a kind of machine are below one path, and its role may read only that path.
  parameters = "/${var.name}"
  arn_prefix = {
    for service in ["ec2", "ecr", "logs", "s3", "ssm"] :
    service => "arn:${data.aws_partition.current.partition}:${service}:${var.region}:${data.aws_caller_identity.current.account_id}"
  }
}
