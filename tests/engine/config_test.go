package engine_test

import (
	"maps"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

// The helpers below edit a stack's configuration as the YAML file holds it;
// keys carry the project's name before a colon.

func key(c map[string]any, name string) string {
	for k := range c {
		if strings.HasSuffix(k, ":"+name) {
			return k
		}
	}
	return stackconfigtest.Project().Name + ":" + name
}

func get(c map[string]any, name string) any {
	return c[key(c, name)]
}

func set(c map[string]any, name string, value any) {
	if value == nil {
		delete(c, key(c, name))
		return
	}
	c[key(c, name)] = value
}

func deployments(c map[string]any) map[string]any {
	d, _ := get(c, "deployments").(map[string]any)
	return d
}

// setDigest gives a deployment an image, whose digest repeats the hex digit.
func setDigest(c map[string]any, deployment, digit string) {
	d := deployments(c)[deployment].(map[string]any)
	image, _ := d["image"].(map[string]any)
	if image == nil {
		image = map[string]any{}
	}
	image["digest"] = "sha256:" + strings.Repeat(digit, 64)
	d["image"] = image
}

func addDeployment(c map[string]any, like, name string) {
	added := maps.Clone(deployments(c)[like].(map[string]any))
	added["image"] = maps.Clone(added["image"].(map[string]any))
	deployments(c)[name] = added
	setDigest(c, name, "c")
}

func removeDeployment(c map[string]any, name string) {
	delete(deployments(c), name)
}

func setTraffic(c map[string]any, traffic map[string]any) {
	set(c, "traffic", traffic)
}
