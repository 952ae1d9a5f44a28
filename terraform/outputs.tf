output "url" {
  description = "The public address of the storefront, and of the API below /v1."
  value       = "https://${coalesce(var.domain_name, aws_cloudfront_distribution.main.domain_name)}"
}

output "distribution" {
  description = "CloudFront's distribution: its id for invalidations, its domain for the DNS record of domain_name."
  value       = { id = aws_cloudfront_distribution.main.id, domain = aws_cloudfront_distribution.main.domain_name }
}

output "image_repository" {
  description = "The repository to push the image to."
  value       = aws_ecr_repository.starling.repository_url
}

output "storefront_bucket" {
  description = "The bucket for the storefront's files: aws s3 sync DIR s3://BUCKET. Leave starling/ alone, where the widget is."
  value       = aws_s3_bucket.storefront.bucket
}

output "widget" {
  description = "The script and the style sheet for the pages of a store (docs/guide/widget.md)."
  value = {
    for kind in ["js", "css"] : kind => "https://${coalesce(var.domain_name, aws_cloudfront_distribution.main.domain_name)}/starling/starling-reviews.${kind}"
  }

  precondition {
    condition     = length(aws_s3_object.widget) > 0
    error_message = "storefront/dist holds no files: run npm run build first."
  }
}

output "database_address" {
  description = "PostgreSQL's host name. Only the instances can reach it."
  value       = aws_db_instance.main.address
}

output "machines" {
  description = "Every machine by name: its id (aws ssm start-session --target ID) and its address."
  value = merge(
    { for name, instance in aws_instance.app : name => { id = instance.id, address = instance.private_ip } },
    { nginx = { id = aws_instance.nginx.id, address = aws_instance.nginx.private_ip } },
  )
}

output "rollout" {
  description = "The commands to run after an apply with another image_digest: first the one for one instance, then the one for the others, which takes them one after another. Each stops at the first failure."
  value = {
    for stage, names in local.rollout_stages : stage => join(" ", [
      "aws ssm start-automation-execution --region ${var.region} --document-name ${aws_ssm_document.rollout.name}",
      "--target-parameter-name InstanceId",
      "--targets Key=ParameterValues,Values=${join(",", [for name in names : aws_instance.app[name].id])}",
      "--max-concurrency 1 --max-errors 0",
    ])
  }
}

output "new_relic_role_arn" {
  description = "The role through which New Relic reads the database's metrics. Set it as aws.role_arn in new-relic/. Null without New Relic."
  value       = one(aws_iam_role.new_relic[*].arn)
}
