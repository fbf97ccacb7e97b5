package diagnosis_test

import (
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/diagnosis"
)

// TestFind has words as Azure's documentation, container runtimes and the
// scorer write them.
func TestFind(t *testing.T) {
	for _, c := range []struct {
		want diagnosis.Cause
		text string
	}{
		{diagnosis.Quota, `Status=400 Code="BadRequest" Message="OutOfQuota: Not enough quota available for Standard_NC4as_T4_v3 in SubscriptionId x. Additional needed: 8"`},
		{diagnosis.Capacity, `OutOfCapacity: The specified Azure ML Compute VM size is not available in the region at the moment`},
		{diagnosis.ImagePull, `BadArgument: Unable to download user container image`},
		{diagnosis.ImagePull, `failed to resolve reference "r.azurecr.io/scorer@sha256:ab": not found`},
		{diagnosis.ImagePull, `Failed to pull image: manifest unknown: manifest tagged by sha256:ab is not found`},
		{diagnosis.ImagePull, `exec /scorer: exec format error`},
		{diagnosis.Disk, "Unable to download user model: \nwrite /var/azureml-app/azureml-models/m/1/model.onnx: no space left on device"},
		{diagnosis.Disk, `OutOfQuota: disk quota`},
		{diagnosis.Memory, `OutOfQuota: Container terminated due to insufficient memory. Please see troubleshooting guide`},
		{diagnosis.Memory, `last state: OOMKilled, exit code 137`},
		{diagnosis.Memory, `onnxruntime: CUDA failure 2: out of memory ; GPU=0`},
		{diagnosis.Model, `BadArgument: Unable to download user model`},
		{diagnosis.Model, `scorer: Load model from /var/azureml-app/model.onnx failed: Protobuf parsing failed`},
		{diagnosis.Model, `ErrorCode:BlobNotFound`},
		{diagnosis.Model, `scorer: there is no config.json in or below /var/azureml-app/azureml-models/m/1: put a Hugging Face model`},
		{diagnosis.Role, `ModelDownloadFailed: identity id-nlp has no Storage Blob Data Reader on nlpdev`},
		{diagnosis.Role, `pull access: unauthorized: authentication required`},
		{diagnosis.Role, `AuthorizationPermissionMismatch: This request is not authorized to perform this operation using this permission.`},
		{diagnosis.Closed, `AuthorizationFailure: This request is not authorized to perform this operation.`},
		{diagnosis.Closed, `denied: client with IP '52.1.2.3' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.`},
		{diagnosis.Closed, `ForbiddenByConnection: Public network access is disabled and request is not from a trusted service nor via an approved private link.`},
		{diagnosis.Closed, `UserError: Access to workspace was denied based on workspace private link configuration.`},
		{diagnosis.Unauthorized, `AuthorizationFailed: The client 'x' does not have authorization to perform action 'y'`},
		{diagnosis.Crash, `ResourceNotReady: User container has crashed or terminated. Please see troubleshooting guide`},
		{diagnosis.Crash, `BackOff: Back-off restarting failed container`},
		{diagnosis.Probe, `ReadinessProbeFailed: Readiness probe failed: HTTP probe failed with statuscode: 503`},
		{diagnosis.Probe, `Container inference-server failed liveness probe, will be restarted`},
		{diagnosis.Conflict, `Status=409 Code="Conflict" Message="Another operation is in progress on the endpoint. Retry later."`},
		{diagnosis.Conflict, `Cannot create a deployment in endpoint e10a7d7c808ae42c0bad9-ept because it is in Updating provisioning state.`},
		{diagnosis.Role, `BadArgument: Endpoint identity does not have pull permission on the registry.`},
		{diagnosis.Role, `Field 'configuration.secrets' is invalid with details: 'Invalid value: "statamickey": Unable to get value using Managed identity system for secret statamickey.`},
		{diagnosis.NameHeld, `Soft-deleted workspace exists. Please purge or recover it. https://aka.ms/wsoftdelete (Code:BadRequest)`},
		{diagnosis.Network, `Code="WorkspaceManagedNetworkNotReady" Message="The managed network of the workspace is not ready."`},
		{diagnosis.Login, `AADSTS700024: Client assertion is not within its valid time range. Current time: 2024-10-02T22:05:03Z`},
		{diagnosis.Restricted, `reasonCode: NotAvailableForSubscription`},
		{diagnosis.Driver, `the CUDA provider can't start: NVIDIA driver 535.161.08 is older than CUDA 13 needs, 580; ONNX Runtime 1.30.0 says: CUDA error`},
		{diagnosis.Driver, `the CUDA provider can't start: NVIDIA driver 470.256.02 is older than CUDA 12 needs, 525; ONNX Runtime 1.26.0 says: CUDA error`},
		{diagnosis.Release, `ONNX Runtime can't load /m/model.onnx for CUDA: Load model from /m/model.onnx failed:This is an invalid model. Error Unrecognized attribute: sliding_window_cache. ONNX Runtime 1.26.0, the last release for CUDA 12, knows less than later ones: take an export made for it`},
		{diagnosis.Driver, `CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=0`},
		{diagnosis.Unknown, `InternalServerError: something`},
	} {
		got := diagnosis.Find([]diagnosis.Evidence{{Source: "Azure", Text: c.text}})
		if got.Cause != c.want || got.Remedy == "" || got.Quote == "" {
			t.Errorf("%s: %q for %s", got.Cause, got.Quote, c.text)
		}
	}
}

// TestSpecificBeforeGeneral has Azure say that the container crashed, and the
// container say why.
func TestSpecificBeforeGeneral(t *testing.T) {
	got := diagnosis.Find([]diagnosis.Evidence{
		{Source: "Azure", Text: "ResourceNotReady: User container has crashed or terminated"},
		{Source: "event log", Text: "LivenessProbeFailed: connection refused"},
		{Source: "container", Text: "level=INFO msg=starting\nscorer: Load model from /m/model.onnx failed: " + strings.Repeat("x", 1000)},
	})
	if got.Cause != diagnosis.Model || got.Source != "container" || len([]rune(got.Quote)) > 301 {
		t.Errorf("%+v", got)
	}
	if got := diagnosis.Find(nil); got.Cause != diagnosis.Unknown || got.Remedy == "" {
		t.Errorf("without evidence: %+v", got)
	}
}

// TestWhatPasses: only what goes away by itself is worth trying again.
func TestWhatPasses(t *testing.T) {
	for text, want := range map[string]bool{
		`BadArgument: Endpoint identity does not have pull permission on the registry.`:          true,
		`Cannot create a deployment in endpoint e because it is in Updating provisioning state.`: true,
		`WorkspaceManagedNetworkNotReady`:                                                       true,
		`OutOfQuota: Not enough quota available for Standard_NC4as_T4_v3`:                       false,
		`Soft-deleted workspace exists. Please purge or recover it. https://aka.ms/wsoftdelete`: false,
		`AADSTS700024: Client assertion is not within its valid time range.`:                    false,
		`AuthorizationFailed: The client 'x' does not have authorization to perform action 'y'`: false,
		`InternalServerError: something`:                                                        false,
	} {
		if got := diagnosis.Find([]diagnosis.Evidence{{Source: "Azure", Text: text}}); got.Passes > 0 != want {
			t.Errorf("%s passes within %v", text, got.Passes)
		}
	}
}
