package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// DataCollector is ARM's DataCollector.
type DataCollector struct {
	Collections    map[string]interface{} `pulumi:"collections"`
	RequestLogging *RequestLogging        `pulumi:"requestLogging"`
	RollingRate    *string                `pulumi:"rollingRate"`
}

// DataCollectorArgs are the inputs of DataCollector.
type DataCollectorArgs struct {
	Collections    pulumi.MapInput        `pulumi:"collections"`
	RequestLogging RequestLoggingPtrInput `pulumi:"requestLogging"`
	RollingRate    pulumi.StringPtrInput  `pulumi:"rollingRate"`
}

// DataCollectorInput takes DataCollectorArgs and its output.
type DataCollectorInput interface {
	pulumi.Input

	ToDataCollectorOutput() DataCollectorOutput
	ToDataCollectorOutputWithContext(context.Context) DataCollectorOutput
}

// DataCollectorPtrInput takes DataCollectorArgs, nil and their output.
type DataCollectorPtrInput interface {
	pulumi.Input

	ToDataCollectorPtrOutput() DataCollectorPtrOutput
	ToDataCollectorPtrOutputWithContext(context.Context) DataCollectorPtrOutput
}

func (DataCollectorArgs) ElementType() reflect.Type { return reflect.TypeFor[DataCollector]() }

func (i DataCollectorArgs) ToDataCollectorOutput() DataCollectorOutput {
	return i.ToDataCollectorOutputWithContext(context.Background())
}

func (i DataCollectorArgs) ToDataCollectorOutputWithContext(ctx context.Context) DataCollectorOutput {
	return pulumi.ToOutputWithContext(ctx, i).(DataCollectorOutput)
}

func (i DataCollectorArgs) ToDataCollectorPtrOutput() DataCollectorPtrOutput {
	return i.ToDataCollectorPtrOutputWithContext(context.Background())
}

func (i DataCollectorArgs) ToDataCollectorPtrOutputWithContext(ctx context.Context) DataCollectorPtrOutput {
	return i.ToDataCollectorOutputWithContext(ctx).ToDataCollectorPtrOutputWithContext(ctx)
}

// DataCollectorOutput is a DataCollector that may not be known yet.
type DataCollectorOutput struct{ *pulumi.OutputState }

func (DataCollectorOutput) ElementType() reflect.Type { return reflect.TypeFor[DataCollector]() }

func (o DataCollectorOutput) ToDataCollectorOutput() DataCollectorOutput { return o }

func (o DataCollectorOutput) ToDataCollectorOutputWithContext(context.Context) DataCollectorOutput {
	return o
}

func (o DataCollectorOutput) ToDataCollectorPtrOutput() DataCollectorPtrOutput {
	return o.ToDataCollectorPtrOutputWithContext(context.Background())
}

func (o DataCollectorOutput) ToDataCollectorPtrOutputWithContext(ctx context.Context) DataCollectorPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v DataCollector) *DataCollector { return &v }).(DataCollectorPtrOutput)
}

// DataCollectorPtrOutput is a DataCollector or nil that may not be known yet.
type DataCollectorPtrOutput struct{ *pulumi.OutputState }

func (DataCollectorPtrOutput) ElementType() reflect.Type { return reflect.TypeFor[*DataCollector]() }

func (o DataCollectorPtrOutput) ToDataCollectorPtrOutput() DataCollectorPtrOutput { return o }

func (o DataCollectorPtrOutput) ToDataCollectorPtrOutputWithContext(context.Context) DataCollectorPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(DataCollectorOutput{})
	pulumi.RegisterOutputType(DataCollectorPtrOutput{})
}
