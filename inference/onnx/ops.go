package onnx

/*
#cgo CFLAGS: -O2
#include <stdlib.h>
#include "ops.h"
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

// ops is what a session with operators of graph.Domain needs as long as it lives.
type ops struct{ ops *C.own_ops }

// registerOps makes a session of these options know the operators of graph.Domain.
func registerOps(so *ort.SessionOptions, threads int) (*ops, error) {
	if err := initTable(); err != nil {
		return nil, err
	}
	// The bindings can register a library's operators, not the process's own.
	field := reflect.ValueOf(so).Elem().FieldByName("o")
	if field.Kind() != reflect.Pointer {
		return nil, errors.New("github.com/yalue/onnxruntime_go keeps its session options elsewhere than it did: onnx.registerOps must follow")
	}
	domain := C.CString(graph.Domain)
	defer C.free(unsafe.Pointer(domain))
	p := &ops{}
	if err := failure(C.ops_register((*C.OrtSessionOptions)(field.UnsafePointer()), domain, C.int(threads), &p.ops)); err != nil {
		return nil, fmt.Errorf("register operators: %w", err)
	}
	return p, nil
}

// close must come after the session's end.
func (p *ops) close() { C.ops_close(p.ops) }
