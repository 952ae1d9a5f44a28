variable "account_id" {
  description = "Number of the New Relic account."
  type        = number

  validation {
    condition     = var.account_id > 0 && floor(var.account_id) == var.account_id
    error_message = "account_id: expected the account's number."
  }
}

variable "api_key" {
  description = "A user key of New Relic (NRAK-…), as TF_VAR_api_key."
  type        = string
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = startswith(var.api_key, "NRAK-")
    error_message = "api_key: expected a user key, which begins with NRAK-, not the licence key."
  }
}

variable "account_region" {
  description = "Where New Relic keeps the account's data: EU or US."
  type        = string
  default     = "EU"

  validation {
    condition     = contains(["EU", "US"], var.account_region)
    error_message = "account_region: expected EU or US."
  }
}

variable "app_name" {
  description = "Name under which the instances report (NEW_RELIC_APP_NAME)."
  type        = string
  default     = "Starling"

  validation {
    condition     = can(regex("^[A-Za-z0-9 ._-]{1,64}$", var.app_name))
    error_message = "app_name: expected 1 to 64 letters, digits, spaces, points, _ and -, because queries contain it."
  }
}

variable "instance_count" {
  description = "Number of instances that should report."
  type        = number
  default     = 6

  validation {
    condition     = var.instance_count >= 1 && floor(var.instance_count) == var.instance_count
    error_message = "instance_count: expected a whole number from 1."
  }
}

variable "alert_email" {
  description = "E-mail address for alerts. For several people, use a mailing list."
  type        = string

  validation {
    condition     = can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", var.alert_email))
    error_message = "alert_email: expected an e-mail address."
  }
}

variable "aws" {
  description = "Adds RDS to the dashboard and the alerts: the role of ../ (output new_relic_role_arn), the region, and the name of that deployment. Null without AWS."
  type        = object({ role_arn = string, region = string, name = string })
  default     = null

  validation {
    condition     = var.aws == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/", var.aws.role_arn))
    error_message = "aws: expected role_arn to be a role's ARN, as `terraform output new_relic_role_arn` prints it."
  }
}
