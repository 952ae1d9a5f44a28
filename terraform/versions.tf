terraform {
  # 1.11 brought write-only arguments: with them no secret is ever in a plan or in the state.
  required_version = ">= 1.11.0, < 2.0.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }
}
