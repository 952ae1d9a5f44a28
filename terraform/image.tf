# The registry for the image. A tag cannot be moved to another image, and deployments name the image
# by digest.

resource "aws_ecr_repository" "starling" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "AES256"
  }
}

resource "aws_ecr_lifecycle_policy" "starling" {
  repository = aws_ecr_repository.starling.name

  # To go back, roll out an earlier digest: the last twenty images stay.
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Keep the last twenty images"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 20 }
      action       = { type = "expire" }
    }]
  })
}
