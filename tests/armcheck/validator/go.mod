module github.com/Azure/terraform-provider-azapi/armcheck

go 1.26.0

require github.com/Azure/terraform-provider-azapi v1.15.0
