package azure

import (
	"fmt"
	"strings"
)

// Operation is what a request does to a resource.
type Operation string

// The operations that a Fault can hit.
const (
	OperationPut    Operation = "PUT"
	OperationGet    Operation = "GET"
	OperationDelete Operation = "DELETE"
)

// Fault makes matching requests fail as Azure sometimes does.
type Fault struct {
	Operation Operation
	Type      string // ARM type, such as Microsoft.KeyVault/vaults
	Name      string // last segment of the id; "" matches all
	Err       *Error
	// Times is how many requests fail before the fault is used up; 0 means 1.
	Times int
	// Accepted makes Azure accept the PUT and fail while it works on it: the
	// resource exists afterwards, in the state Failed.
	Accepted bool
}

// Inject adds a fault.
func (c *Cloud) Inject(fault Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if fault.Times == 0 {
		fault.Times = 1
	}
	c.faults = append(c.faults, &fault)
}

// fault returns the fault that hits the request, if any, and counts it. The
// caller holds the lock.
func (c *Cloud) fault(operation Operation, id resourceID, accepted bool) *Error {
	for _, fault := range c.faults {
		if fault.Times > 0 && fault.Operation == operation && fault.Accepted == accepted &&
			strings.EqualFold(fault.Type, id.typ) && (fault.Name == "" || fault.Name == id.name) {
			fault.Times--
			return fault.Err
		}
	}
	return nil
}

// Error is an ARM error response.
type Error struct {
	Status  int // HTTP status
	Code    string
	Message string
}

func (e *Error) Error() string {
	return fmt.Sprintf("Status=%d Code=%q Message=%q", e.Status, e.Code, e.Message)
}

// QuotaExceeded is what Azure ML answers when the machine learning quota of the
// size's family has no room for a deployment.
func QuotaExceeded(size string) *Error {
	return &Error{
		Status: 400, Code: "BadRequest",
		Message: fmt.Sprintf("OutOfQuota: Not enough quota available for %s in this region. "+
			"Additional needed: 8", size),
	}
}

// Conflict is a transient answer to a request that met another operation.
func Conflict(what string) *Error {
	return &Error{Status: 409, Code: "Conflict", Message: "Another operation is in progress on " + what + ". Retry later."}
}

func badRequest(format string, arguments ...any) *Error {
	return &Error{Status: 400, Code: "BadRequest", Message: fmt.Sprintf(format, arguments...)}
}

func conflict(code, format string, arguments ...any) *Error {
	return &Error{Status: 409, Code: code, Message: fmt.Sprintf(format, arguments...)}
}

func notFound(code, format string, arguments ...any) *Error {
	return &Error{Status: 404, Code: code, Message: fmt.Sprintf(format, arguments...)}
}
