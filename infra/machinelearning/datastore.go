package machinelearning

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Datastore is the ARM resource of that name in Microsoft.MachineLearningServices.
type Datastore struct {
	pulumi.CustomResourceState

	DatastoreProperties pulumi.AnyOutput    `pulumi:"datastoreProperties"`
	Name                pulumi.StringOutput `pulumi:"name"`
	SystemData          pulumi.AnyOutput    `pulumi:"systemData"`
	Type                pulumi.StringOutput `pulumi:"type"`
}

type datastoreArgs struct {
	DatastoreProperties interface{} `pulumi:"datastoreProperties"`
	Name                *string     `pulumi:"name"`
	ResourceGroupName   string      `pulumi:"resourceGroupName"`
	SkipValidation      *bool       `pulumi:"skipValidation"`
	WorkspaceName       string      `pulumi:"workspaceName"`
}

// DatastoreArgs are the inputs of Datastore.
type DatastoreArgs struct {
	DatastoreProperties pulumi.Input
	Name                pulumi.StringPtrInput
	ResourceGroupName   pulumi.StringInput
	SkipValidation      pulumi.BoolPtrInput
	WorkspaceName       pulumi.StringInput
}

func (DatastoreArgs) ElementType() reflect.Type { return reflect.TypeFor[datastoreArgs]() }

// NewDatastore declares a Datastore.
func NewDatastore(ctx *pulumi.Context, name string, args *DatastoreArgs, opts ...pulumi.ResourceOption) (*Datastore, error) {
	if args == nil {
		return nil, missing("args")
	}
	if args.DatastoreProperties == nil {
		return nil, missing("DatastoreProperties")
	}
	if args.ResourceGroupName == nil {
		return nil, missing("ResourceGroupName")
	}
	if args.WorkspaceName == nil {
		return nil, missing("WorkspaceName")
	}
	var resource Datastore
	if err := ctx.RegisterResource(token("Datastore"), name, args, &resource, options("Datastore", opts)...); err != nil {
		return nil, err
	}
	return &resource, nil
}
