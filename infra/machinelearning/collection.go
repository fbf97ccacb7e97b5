package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Collection is ARM's Collection.
type Collection struct {
	ClientId           *string  `pulumi:"clientId"`
	DataCollectionMode *string  `pulumi:"dataCollectionMode"`
	DataId             *string  `pulumi:"dataId"`
	SamplingRate       *float64 `pulumi:"samplingRate"`
}

// CollectionArgs are the inputs of Collection.
type CollectionArgs struct {
	ClientId           pulumi.StringPtrInput  `pulumi:"clientId"`
	DataCollectionMode pulumi.StringPtrInput  `pulumi:"dataCollectionMode"`
	DataId             pulumi.StringPtrInput  `pulumi:"dataId"`
	SamplingRate       pulumi.Float64PtrInput `pulumi:"samplingRate"`
}

// CollectionInput takes CollectionArgs and its output.
type CollectionInput interface {
	pulumi.Input

	ToCollectionOutput() CollectionOutput
	ToCollectionOutputWithContext(context.Context) CollectionOutput
}

// CollectionPtrInput takes CollectionArgs, nil and their output.
type CollectionPtrInput interface {
	pulumi.Input

	ToCollectionPtrOutput() CollectionPtrOutput
	ToCollectionPtrOutputWithContext(context.Context) CollectionPtrOutput
}

func (CollectionArgs) ElementType() reflect.Type { return reflect.TypeFor[Collection]() }

func (i CollectionArgs) ToCollectionOutput() CollectionOutput {
	return i.ToCollectionOutputWithContext(context.Background())
}

func (i CollectionArgs) ToCollectionOutputWithContext(ctx context.Context) CollectionOutput {
	return pulumi.ToOutputWithContext(ctx, i).(CollectionOutput)
}

func (i CollectionArgs) ToCollectionPtrOutput() CollectionPtrOutput {
	return i.ToCollectionPtrOutputWithContext(context.Background())
}

func (i CollectionArgs) ToCollectionPtrOutputWithContext(ctx context.Context) CollectionPtrOutput {
	return i.ToCollectionOutputWithContext(ctx).ToCollectionPtrOutputWithContext(ctx)
}

// CollectionOutput is a Collection that may not be known yet.
type CollectionOutput struct{ *pulumi.OutputState }

func (CollectionOutput) ElementType() reflect.Type { return reflect.TypeFor[Collection]() }

func (o CollectionOutput) ToCollectionOutput() CollectionOutput { return o }

func (o CollectionOutput) ToCollectionOutputWithContext(context.Context) CollectionOutput { return o }

func (o CollectionOutput) ToCollectionPtrOutput() CollectionPtrOutput {
	return o.ToCollectionPtrOutputWithContext(context.Background())
}

func (o CollectionOutput) ToCollectionPtrOutputWithContext(ctx context.Context) CollectionPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v Collection) *Collection { return &v }).(CollectionPtrOutput)
}

// CollectionPtrOutput is a Collection or nil that may not be known yet.
type CollectionPtrOutput struct{ *pulumi.OutputState }

func (CollectionPtrOutput) ElementType() reflect.Type { return reflect.TypeFor[*Collection]() }

func (o CollectionPtrOutput) ToCollectionPtrOutput() CollectionPtrOutput { return o }

func (o CollectionPtrOutput) ToCollectionPtrOutputWithContext(context.Context) CollectionPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(CollectionOutput{})
	pulumi.RegisterOutputType(CollectionPtrOutput{})
}
