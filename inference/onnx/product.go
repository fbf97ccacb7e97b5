package onnx

/*
#cgo CFLAGS: -O2
#include <stdlib.h>
#include "product.h"
#include "bound.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"reflect"
	"unsafe"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
)

// products is what a session with graph.PackedMatMul needs as long as it lives.
type products struct{ ops *C.product_ops }

// registerProducts makes a session of these options know graph.PackedMatMul.
func registerProducts(so *ort.SessionOptions, threads int) (*products, error) {
	if err := initTable(); err != nil {
		return nil, err
	}
	// The bindings can register a library's operators, not the process's own.
	field := reflect.ValueOf(so).Elem().FieldByName("o")
	if field.Kind() != reflect.Pointer {
		return nil, errors.New("github.com/yalue/onnxruntime_go keeps its session options elsewhere than it did: onnx.registerProducts must follow")
	}
	domain := C.CString(graph.ProductDomain)
	defer C.free(unsafe.Pointer(domain))
	p := &products{}
	if err := failure(C.product_register((*C.OrtSessionOptions)(field.UnsafePointer()), domain, C.int(threads), &p.ops)); err != nil {
		return nil, fmt.Errorf("register %s: %w", graph.PackedMatMul, err)
	}
	return p, nil
}

// close must come after the session's end.
func (p *products) close() { C.product_close(p.ops) }
