terraform {
  required_version = ">= 1.11.0, < 2.0.0"

  required_providers {
    newrelic = {
      source  = "newrelic/newrelic"
      version = "~> 3.76"
    }
  }
}
