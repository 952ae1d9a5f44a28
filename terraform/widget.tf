# The widget's files, below /starling/ of the CDN. `npm run build` makes them.

locals {
  widget_folder = "${path.module}/../storefront/dist"
  widget_types = {
    css = "text/css; charset=utf-8"
    js  = "text/javascript; charset=utf-8"
    map = "application/json"
  }
}

# A hashed name never gets another content, so everyone may keep it for a year. Pages refer to the
# two other names, which must soon be the new ones.
#
# New files are uploaded before the old ones are deleted. A page that still has the old loader gets
# the old files from its own cache or from CloudFront's.
resource "aws_s3_object" "widget" {
  for_each = fileset(local.widget_folder, "*.{${join(",", keys(local.widget_types))}}")

  bucket        = aws_s3_bucket.storefront.id
  key           = "starling/${each.value}"
  source        = "${local.widget_folder}/${each.value}"
  source_hash   = filemd5("${local.widget_folder}/${each.value}")
  content_type  = local.widget_types[reverse(split(".", each.value))[0]]
  cache_control = can(regex("-[A-Z0-9]{8}[.]", each.value)) ? "public, max-age=31536000, immutable" : "public, max-age=300"

  lifecycle {
    create_before_destroy = true
  }
}

# Browsers load a module script from another origin only with CORS. A page with
# Cross-Origin-Embedder-Policy also needs Cross-Origin-Resource-Policy.
resource "aws_cloudfront_response_headers_policy" "widget" {
  name    = "${var.name}-widget"
  comment = "Any store's page may load the widget"

  cors_config {
    access_control_allow_credentials = false
    access_control_max_age_sec       = 86400
    origin_override                  = true

    access_control_allow_headers {
      items = ["*"]
    }

    access_control_allow_methods {
      items = ["GET", "HEAD"]
    }

    access_control_allow_origins {
      items = ["*"]
    }
  }

  custom_headers_config {
    items {
      header   = "Cross-Origin-Resource-Policy"
      value    = "cross-origin"
      override = true
    }
  }

  security_headers_config {
    content_type_options {
      override = true
    }
    strict_transport_security {
      access_control_max_age_sec = 31536000
      include_subdomains         = false
      preload                    = false
      override                   = true
    }
  }
}
