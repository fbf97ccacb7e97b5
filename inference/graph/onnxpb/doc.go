// Package onnxpb holds the Go types of ONNX's own protobuf schema (IR version
// 14, Apache-2.0), which the package onnx 1.23.2 for Python carries as
// onnx/onnx.proto. To regenerate them, put that file next to this one and run go
// generate with protoc and protoc-gen-go v1.36.12.
package onnxpb

//go:generate protoc -I. --go_out=. --go_opt=paths=source_relative --go_opt=Monnx.proto=github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb onnx.proto
