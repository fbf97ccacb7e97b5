package rollout_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/rollout"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

// failing are images that fail as Azure is known to, each with what Azure and
// the containers say of it.
var failing = []struct {
	digit, cause, quote string
	container           azure.Container
}{
	{"1", "image pull", "manifest unknown", azure.Container{
		Failure: &azure.Error{Status: 400, Code: "BadArgument", Message: "Unable to download user container image"},
		Events:  [][2]string{{"BackOff", "Failed to pull image: manifest unknown"}},
	}},
	{"2", "disk", "no space left on device", azure.Container{
		Failure: &azure.Error{Status: 400, Code: "BadArgument", Message: "Unable to download user model"},
		Logs:    map[string]string{"StorageInitializer": "copy model.onnx\nwrite /var/azureml-app/model.onnx: no space left on device\n"},
	}},
	{"3", "probe", "failed liveness probe", azure.Container{
		Failure: &azure.Error{Status: 400, Code: "ResourceNotReady", Message: "the deployment isn't ready"},
		Events:  [][2]string{{"Started", "Started container inference-server"}, {"Killing", "Container inference-server failed liveness probe, will be restarted"}},
		Logs:    map[string]string{"InferenceServer": "loading the model\n"},
	}},
	{"4", "model", "there is no config.json", azure.Container{
		Failure: &azure.Error{Status: 400, Code: "ResourceNotReady", Message: "User container has crashed or terminated"},
		Events:  [][2]string{{"BackOff", "Back-off restarting failed container"}},
		Logs:    map[string]string{"InferenceServer": "scorer: there is no config.json in or below /var/azureml-app/azureml-models: put a Hugging Face model there\n"},
	}},
	{"5", "crash", "panic: runtime error", azure.Container{
		Failure: &azure.Error{Status: 400, Code: "ResourceNotReady", Message: "Please see the troubleshooting guide"},
		Logs:    map[string]string{"InferenceServer": "panic: runtime error: index out of range [1] with length 1\n\ngoroutine 1 [running]:\nmain.main()\n"},
	}},
	{"6", "quota", "OutOfQuota", azure.Container{Failure: azure.QuotaExceeded("Standard_F4s_v2")}},
	{"7", "memory", "OOMKilled", azure.Container{
		Failure: &azure.Error{Status: 400, Code: "ResourceNotReady", Message: "User container has crashed or terminated"},
		Events:  [][2]string{{"Killing", "last state: OOMKilled"}},
	}},
	{"8", "role", "has no AcrPull", azure.Container{
		Failure: &azure.Error{Status: 400, Code: "BadArgument", Message: "ImagePullFailed: identity id-nlp has no AcrPull on nlpdev"},
	}},
}

// TestExplains rolls out an image that Azure accepts and that doesn't start: the
// rollout says why and leaves nothing that costs. Then it explains a failed
// deployment of every kind.
func TestExplains(t *testing.T) {
	t.Parallel()
	s := open(t, nil)
	before := s.file()
	for _, f := range failing {
		s.cloud.Publish(digest(f.digit), f.container)
	}
	o := options()
	o.Change.Image, o.AllowChanges = digest("4"), true
	err := s.Run(t.Context(), o)
	if !errors.Is(err, rollout.ErrRolledBack) || !strings.Contains(err.Error(), "green-f4sv2 couldn't be deployed: model:") {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.says("green-f4sv2, Azure:", "green-f4sv2, activity log:", "green-f4sv2, event log:", "green-f4sv2, container:",
		"cause: model (container: scorer: there is no config.json", "remedy: the model's files are missing")
	s.want("blue-f4sv2:100")
	if s.file() != before {
		t.Errorf("the file is:\n%s", s.file())
	}

	// Azure refuses at once: there is nothing to clean up, and nothing to read.
	s.cloud.Inject(azure.Fault{Operation: azure.OperationPut, Type: onlineDeployments, Name: "green-f4sv2", Err: azure.QuotaExceeded("Standard_F4s_v2")})
	o.Change.Image = digest("b")
	err = s.Run(t.Context(), o)
	if !errors.Is(err, rollout.ErrRolledBack) || !strings.Contains(err.Error(), "quota") {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.says("cause: quota (Azure:", "not told: container: get the log of green-f4sv2: 404")
	s.want("blue-f4sv2:100")
	s.noChanges()

	for _, f := range failing {
		name := "d" + f.digit + "-f4sv2"
		s.deployByHand(name, f.digit)
		s.out.text.Reset()
		if err := s.Explain(t.Context(), "d"+f.digit, time.Hour, 100); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		s.says(name+" is Failed", "cause: "+f.cause+" (", f.quote, "remedy: ")
	}
	if err := s.Explain(t.Context(), "nobody", time.Hour, 100); err == nil || !strings.Contains(err.Error(), "blue-f4sv2") {
		t.Errorf("a deployment that isn't there: %v", err)
	}
}

// deployByHand makes a deployment like blue of an image, past Pulumi.
func (s *stand) deployByHand(name, digit string) {
	s.t.Helper()
	blue := s.cloud.Find(onlineDeployments)[0]
	body, err := s.cloud.Get(blue)
	if err != nil {
		s.t.Fatal(err)
	}
	properties := body["properties"].(map[string]any)
	old := properties["environmentId"].(string)
	environment, err := s.cloud.Get(old)
	if err != nil {
		s.t.Fatal(err)
	}
	id := old[:strings.LastIndex(old, "/")+1] + digit
	environment["properties"].(map[string]any)["image"] = "nlpdev.azurecr.io/scorer-cpu@" + digest(digit)
	if _, _, err := s.cloud.Put(id, "2024-04-01", environment); err != nil {
		s.t.Fatal(err)
	}
	properties["environmentId"] = id
	_, made, _ := s.cloud.Put(blue[:strings.LastIndex(blue, "/")+1]+name, "2024-04-01", map[string]any{
		"location": body["location"], "sku": body["sku"], "properties": properties,
	})
	if !made {
		s.t.Fatalf("%s wasn't made", name)
	}
}
