# CloudFront serves the storefront from S3 and the API from Nginx. Nginx has no public address:
# CloudFront reaches it through a network interface that it creates in the private subnet.

locals {
  # The paths of the API, the legacy contract, the OpenAPI document and its page. All other paths
  # are the storefront's. /healthz, /readyz and /metrics are not public.
  api_paths = concat(
    ["/v1/*", "/reviews*", "/openapi.json", "/docs*"],
    contains(keys(var.instance_settings), "LOADERIO_TOKEN") ? ["/loaderio-*"] : [],
  )
}

resource "aws_cloudfront_vpc_origin" "nginx" {
  vpc_origin_endpoint_config {
    name                   = "${var.name}-nginx"
    arn                    = aws_instance.nginx.arn
    http_port              = local.nginx_port
    https_port             = 443
    origin_protocol_policy = "http-only"

    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }
}

resource "aws_cloudfront_origin_access_control" "storefront" {
  name                              = "${var.name}-storefront"
  description                       = "CloudFront signs its requests to the storefront's bucket"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

# The origin decides what is cached. CloudFront follows its Cache-Control (s-maxage,
# stale-while-revalidate, stale-if-error, no-store) and caches nothing without one. A min_ttl above
# 0 would cache responses with no-store.
resource "aws_cloudfront_cache_policy" "api" {
  name        = "${var.name}-api"
  comment     = "What the origin's headers say"
  min_ttl     = 0
  default_ttl = 0
  max_ttl     = 86400

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    # A response to a key is only for that key. edge/api-request.js explains X-Starling-Fresh.
    headers_config {
      header_behavior = "whitelist"
      headers {
        items = ["Authorization", "X-Starling-Fresh"]
      }
    }

    cookies_config {
      cookie_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "all"
    }
  }
}

# The parts of a request that Nginx and the instances read, besides those in the cache key.
resource "aws_cloudfront_origin_request_policy" "api" {
  name    = "${var.name}-api"
  comment = "All headers but Host, and the cookie of who has just written"

  headers_config {
    header_behavior = "allExcept"
    headers {
      items = ["Host"]
    }
  }

  cookies_config {
    cookie_behavior = "whitelist"
    cookies {
      items = ["starling_wrote"]
    }
  }

  query_strings_config {
    query_string_behavior = "all"
  }
}

resource "aws_cloudfront_cache_policy" "storefront" {
  name        = "${var.name}-storefront"
  comment     = "Files: a day unless they say otherwise"
  min_ttl     = 0
  default_ttl = 86400
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    headers_config {
      header_behavior = "none"
    }

    cookies_config {
      cookie_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

# The API sets its own headers; these are for files from S3.
resource "aws_cloudfront_response_headers_policy" "storefront" {
  name    = "${var.name}-storefront"
  comment = "Security headers for the storefront's files"

  security_headers_config {
    content_type_options {
      override = true
    }
    frame_options {
      frame_option = "DENY"
      override     = true
    }
    referrer_policy {
      referrer_policy = "strict-origin-when-cross-origin"
      override        = true
    }
    strict_transport_security {
      access_control_max_age_sec = 31536000
      include_subdomains         = false
      preload                    = false
      override                   = true
    }
  }
}

resource "aws_cloudfront_function" "edge" {
  for_each = {
    api-request        = "Who has just written gets a fresh answer"
    storefront-request = "A page's address is answered with the storefront's one document"
  }

  name    = "${var.name}-${each.key}"
  comment = each.value
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = file("${path.module}/edge/${each.key}.js")
}

resource "aws_cloudfront_distribution" "main" {
  comment             = var.name
  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2and3"
  price_class         = var.price_class
  default_root_object = "index.html"
  aliases             = var.domain_name == null ? [] : [var.domain_name]

  origin {
    origin_id                = "storefront"
    domain_name              = aws_s3_bucket.storefront.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.storefront.id
  }

  origin {
    origin_id   = "nginx"
    domain_name = aws_instance.nginx.private_dns
    # CloudFront must not repeat a write. Another connection attempt is safe; sending the request a
    # second time is not.
    connection_attempts = 2
    connection_timeout  = 3

    vpc_origin_config {
      vpc_origin_id = aws_cloudfront_vpc_origin.nginx.id
      # Nginx answers within 12 s, if necessary with a problem, and closes idle connections after 65
      # s.
      origin_read_timeout      = 15
      origin_keepalive_timeout = 60
    }
  }

  default_cache_behavior {
    target_origin_id           = "storefront"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = aws_cloudfront_cache_policy.storefront.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.storefront.id

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.edge["storefront-request"].arn
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.api_paths
    content {
      path_pattern     = ordered_cache_behavior.value
      target_origin_id = "nginx"
      # Clients would turn a redirected write into a read.
      viewer_protocol_policy   = "https-only"
      allowed_methods          = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
      cached_methods           = ["GET", "HEAD"]
      compress                 = true
      cache_policy_id          = aws_cloudfront_cache_policy.api.id
      origin_request_policy_id = aws_cloudfront_origin_request_policy.api.id

      function_association {
        event_type   = "viewer-request"
        function_arn = aws_cloudfront_function.edge["api-request"].arn
      }
    }
  }

  # After the API's: CloudFront takes the first pattern that fits.
  ordered_cache_behavior {
    path_pattern               = "/starling/*"
    target_origin_id           = "storefront"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = aws_cloudfront_cache_policy.storefront.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.widget.id
  }

  viewer_certificate {
    cloudfront_default_certificate = var.certificate_arn == null
    acm_certificate_arn            = var.certificate_arn
    ssl_support_method             = var.certificate_arn == null ? null : "sni-only"
    minimum_protocol_version       = var.certificate_arn == null ? null : "TLSv1.2_2021"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
}
