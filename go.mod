module azure-nlp-endpoint

go 1.26.0
