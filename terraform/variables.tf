variable "name" {
  description = "Prefix of every name and path. Each deployment in an account and region needs its own."
  type        = string
  default     = "starling"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name: expected 3 to 24 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "region" {
  description = "AWS region for everything except CloudFront's edges."
  type        = string
  default     = "eu-central-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region: expected a region's name like eu-central-1."
  }
}

variable "zones" {
  description = "The two availability zones; empty takes the region's first two. Set them, so that nothing moves when AWS adds a zone."
  type        = list(string)
  default     = []

  validation {
    condition     = contains([0, 2], length(distinct(var.zones)))
    error_message = "zones: expected two different zones, or none."
  }
}

variable "vpc_cidr" {
  description = "Addresses of the VPC; a /16, cut into six /24."
  type        = string
  default     = "10.83.0.0/16"

  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0)) && endswith(var.vpc_cidr, "/16")
    error_message = "vpc_cidr: expected a network like 10.83.0.0/16."
  }
}

variable "architecture" {
  description = "Processor architecture of the machines and the image: arm64 (a fifth cheaper) or x86_64."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture: expected arm64 or x86_64."
  }
}

variable "image_digest" {
  description = "Digest of the image that the machines should run; `docker push` prints it. Changing it restarts nothing; the rollout does that (README)."
  type        = string

  validation {
    condition     = can(regex("^sha256:[0-9a-f]{64}$", var.image_digest))
    error_message = "image_digest: expected sha256: and 64 hexadecimal digits; a tag can be moved, a digest cannot."
  }
}

variable "instance_count" {
  description = "Number of Starling instances. Each runs on its own machine; they are spread over both zones."
  type        = number
  default     = 6

  validation {
    condition     = var.instance_count >= 2 && var.instance_count <= 32 && floor(var.instance_count) == var.instance_count
    error_message = "instance_count: expected a whole number from 2 to 32."
  }
}

variable "instance_type" {
  description = "Machine type of an instance. 1 GB is enough: an instance under load takes about 130 MB."
  type        = string
  default     = "t4g.micro"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+\\.[a-z0-9]+$", var.instance_type)) && (var.architecture == "arm64") == can(regex("^[a-z]+[0-9]+g", var.instance_type))
    error_message = "instance_type: expected a type of the chosen architecture: t4g.micro with arm64, t3.micro with x86_64."
  }
}

variable "nginx_instance_type" {
  description = "Machine type of Nginx. It needs little, but all traffic that the CDN does not answer passes through it."
  type        = string
  default     = "t4g.micro"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+\\.[a-z0-9]+$", var.nginx_instance_type)) && (var.architecture == "arm64") == can(regex("^[a-z]+[0-9]+g", var.nginx_instance_type))
    error_message = "nginx_instance_type: expected a type of the chosen architecture: t4g.micro with arm64, t3.micro with x86_64."
  }
}

variable "instance_settings" {
  description = "More settings of the instances, with their names in docs/running.md: { LOG_LEVEL = \"warn\" }. No secrets, because these are stored in plain text."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.instance_settings) : can(regex("^[A-Z][A-Z0-9_]*$", name))])
    error_message = "instance_settings: expected names in capitals, like LOG_LEVEL."
  }

  validation {
    condition = length(setintersection(keys(var.instance_settings), [
      "DATABASE_URL", "HOST", "INSTANCE_NAME", "NEW_RELIC_LICENSE_KEY", "NODE_EXTRA_CA_CERTS", "PORT", "TRUSTED_PROXIES",
    ])) == 0
    error_message = "instance_settings: DATABASE_URL, HOST, INSTANCE_NAME, NEW_RELIC_LICENSE_KEY, NODE_EXTRA_CA_CERTS, PORT and TRUSTED_PROXIES are derived from other variables and cannot be set here."
  }

  validation {
    condition     = alltrue([for value in values(var.instance_settings) : length(value) > 0 && !can(regex("[\\r\\n]", value))])
    error_message = "instance_settings: expected a value of one line for each name."
  }
}

variable "database_instance_class" {
  description = "RDS class; its memory decides PostgreSQL's settings (database-classes.json). 30 million reviews are 28 GB on disk."
  type        = string
  default     = "db.t4g.medium"

  validation {
    condition     = contains(keys(jsondecode(file("${path.module}/database-classes.json"))), var.database_instance_class)
    error_message = "database_instance_class: expected one of database-classes.json; add yours there (README, Database)."
  }
}

variable "database_storage_gb" {
  description = "Initial disk size of the database, and the size up to which it grows automatically."
  type        = object({ initial = number, max = number })
  default     = { initial = 100, max = 400 }

  validation {
    condition     = var.database_storage_gb.initial >= 20 && var.database_storage_gb.max > var.database_storage_gb.initial * 1.1
    error_message = "database_storage_gb: expected initial of at least 20 and max over 1.1 times that (RDS grows in steps of a tenth)."
  }
}

variable "database_multi_az" {
  description = "Whether to run a standby in the other zone. The database then survives the failure of a zone, at twice the price."
  type        = bool
  default     = false
}

variable "backup_retention_days" {
  description = "How many days back point-in-time recovery reaches."
  type        = number
  default     = 7

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "backup_retention_days: expected 1 to 35; 0 would turn backups off."
  }
}

variable "deletion_protection" {
  description = "Whether `terraform destroy` must refuse to delete the database and the storefront's files."
  type        = bool
  default     = true
}

variable "database_password" {
  description = "Password of the database. Terraform never stores it. Set it as TF_VAR_database_password; to change it, also increase secrets_version."
  type        = string
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{24,64}$", var.database_password))
    error_message = "database_password: expected 24 to 64 letters, digits, _ and - (openssl rand -hex 24)."
  }
}

variable "secrets_version" {
  description = "Increase it to write database_password and new_relic_license_key again, because Terraform cannot see that they changed."
  type        = number
  default     = 1

  validation {
    condition     = var.secrets_version >= 1 && floor(var.secrets_version) == var.secrets_version
    error_message = "secrets_version: expected a whole number from 1."
  }
}

variable "new_relic_account_id" {
  description = "New Relic account; null runs without New Relic. The dashboard and the alerts are in new-relic/."
  type        = number
  default     = null
}

variable "new_relic_license_key" {
  description = "Licence key of that account. Terraform never stores it; set it as TF_VAR_new_relic_license_key."
  type        = string
  default     = ""
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = (var.new_relic_license_key == "") == (var.new_relic_account_id == null)
    error_message = "new_relic_license_key: expected together with new_relic_account_id, or neither."
  }
}

variable "domain_name" {
  description = "The shop's own host name; point its DNS record at the distribution. Null uses CloudFront's host name."
  type        = string
  default     = null
}

variable "certificate_arn" {
  description = "ACM certificate of domain_name. It must be in us-east-1, the only region that CloudFront reads."
  type        = string
  default     = null

  validation {
    condition     = (var.certificate_arn == null) == (var.domain_name == null)
    error_message = "certificate_arn: expected together with domain_name, or neither."
  }

  validation {
    condition     = var.certificate_arn == null || can(regex("^arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate/", var.certificate_arn))
    error_message = "certificate_arn: expected a certificate in us-east-1."
  }
}

variable "price_class" {
  description = "Which of CloudFront's edges to use: PriceClass_100 (Europe, North America), PriceClass_200, PriceClass_All."
  type        = string
  default     = "PriceClass_100"

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class: expected PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}

variable "log_retention_days" {
  description = "How many days CloudWatch keeps logs; one of the values that it supports."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365], var.log_retention_days)
    error_message = "log_retention_days: expected 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180 or 365."
  }
}
