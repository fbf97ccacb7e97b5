package azure

import (
	"context"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Diff compares old and new inputs; a change of a path parameter or of what
// Azure can't update replaces the resource.
func (p *nativeProvider) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	t, _, err := lookup(string(urn.URN(req.GetUrn()).Type()))
	if err != nil {
		return nil, err
	}
	olds, err := unmarshal(req.GetOldInputs())
	if err != nil {
		return nil, err
	}
	news, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	replacing := append(t.parameters(), t.immutable...)
	response := diff(olds, news, replacing)
	response.DeleteBeforeReplace = len(response.Replaces) > 0
	if flag, ok := olds[createBeforeDelete]; ok && flag.IsBool() {
		response.DeleteBeforeReplace = !flag.BoolValue()
	}
	return response, nil
}

// diff answers with a detailed diff; replacing lists the dotted paths whose
// change is a replacement.
func diff(olds, news resource.PropertyMap, replacing []string) *pulumirpc.DiffResponse {
	ignored := func(k resource.PropertyKey) bool { return strings.HasPrefix(string(k), "__") }
	changes := olds.Diff(news, ignored)
	if changes == nil {
		return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	}
	response := &pulumirpc.DiffResponse{
		Changes: pulumirpc.DiffResponse_DIFF_SOME, HasDetailedDiff: true, DetailedDiff: map[string]*pulumirpc.PropertyDiff{},
	}
	kinds := map[plugin.DiffKind][2]pulumirpc.PropertyDiff_Kind{
		plugin.DiffAdd:    {pulumirpc.PropertyDiff_ADD, pulumirpc.PropertyDiff_ADD_REPLACE},
		plugin.DiffDelete: {pulumirpc.PropertyDiff_DELETE, pulumirpc.PropertyDiff_DELETE_REPLACE},
		plugin.DiffUpdate: {pulumirpc.PropertyDiff_UPDATE, pulumirpc.PropertyDiff_UPDATE_REPLACE},
	}
	for path, change := range plugin.NewDetailedDiffFromObjectDiff(changes, true) {
		kind := kinds[change.Kind][0]
		top, _, _ := strings.Cut(path, ".")
		top, _, _ = strings.Cut(top, "[")
		if !slices.Contains(response.Diffs, top) {
			response.Diffs = append(response.Diffs, top)
		}
		for _, fixed := range replacing {
			if path == fixed || strings.HasPrefix(path, fixed+".") || strings.HasPrefix(path, fixed+"[") ||
				strings.HasPrefix(fixed, path+".") && change.Kind != plugin.DiffUpdate {
				kind = kinds[change.Kind][1]
				response.Replaces = append(response.Replaces, path)
				break
			}
		}
		response.DetailedDiff[path] = &pulumirpc.PropertyDiff{Kind: kind, InputDiff: true}
	}
	slices.Sort(response.Diffs)
	slices.Sort(response.Replaces)
	return response
}
