// Built here again, for a test file cannot use cgo. Go does not see when it changes: go test -a.
#include "../gemm4.c"
