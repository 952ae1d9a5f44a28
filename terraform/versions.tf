terraform {
  # 1.11 introduced write-only arguments, which keep secrets out of the plan and the state.
  required_version = ">= 1.11.0, < 2.0.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }
}
