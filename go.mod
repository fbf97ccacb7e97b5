module azure-nlp-endpoint

go 1.26.0

require (
	github.com/yalue/onnxruntime_go v1.31.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)
