package azure

import (
	"slices"
	"strings"
)

// entra is the directory: applications, service principals, groups and what
// belongs to them. It is guarded by the cloud's lock.
type entra struct {
	objects map[string]*entraObject // by Pulumi id
	made    int
}

type entraObject struct {
	kind string         // such as application
	data map[string]any // SDK inputs and computed outputs
}

// entraKinds lists, by Pulumi type, what replaces an object when it changes.
var entraKinds = map[string]struct{ replacing []string }{
	"azuread:index/application:Application":           {},
	"azuread:index/servicePrincipal:ServicePrincipal": {replacing: []string{"clientId", "useExisting"}},
	"azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": {
		replacing: []string{"applicationId", "displayName"},
	},
	"azuread:index/group:Group":             {replacing: []string{"mailEnabled", "mailNickname", "types"}},
	"azuread:index/groupMember:GroupMember": {replacing: []string{"groupObjectId", "memberObjectId"}},
}

// add makes an object; the caller holds the lock.
func (c *Cloud) addEntra(kind string, inputs map[string]any) (id string, data map[string]any, err error) {
	data = clone(inputs)
	e := &c.entra
	e.made++
	object := guid("entra", kind, text(inputs, "displayName"), string(rune('a'+e.made%26)), text(inputs, "clientId"), text(inputs, "subject"))
	data["objectId"] = object
	switch kind {
	case "application":
		data["clientId"] = guid("entra client", object)
		data["publisherDomain"] = "contoso.onmicrosoft.com"
		id = "/applications/" + object
	case "servicePrincipal":
		client := text(inputs, "clientId")
		if e.find("application", "clientId", client) == nil {
			return "", nil, badRequest("Request_BadRequest: the appId %q of the service principal references no application", client)
		}
		if e.find("servicePrincipal", "clientId", client) != nil {
			return "", nil, conflict("Request_MultipleObjectsWithSameKeyValue", "the application %s has a service principal already", client)
		}
		data["applicationTenantId"] = c.TenantID
		id = "/servicePrincipals/" + object
	case "applicationFederatedIdentityCredential":
		application := text(inputs, "applicationId")
		if e.objects[application] == nil {
			return "", nil, notFound("Request_ResourceNotFound", "application %q does not exist", application)
		}
		for _, other := range e.objects {
			if other.kind != kind || other.data["applicationId"] != application {
				continue
			}
			if other.data["displayName"] == inputs["displayName"] ||
				other.data["subject"] == inputs["subject"] && other.data["issuer"] == inputs["issuer"] {
				return "", nil, conflict("Request_MultipleObjectsWithSameKeyValue",
					"federated credential %v: its name or its issuer and subject are taken", inputs["displayName"])
			}
		}
		if audiences, _ := inputs["audiences"].([]any); len(audiences) != 1 {
			return "", nil, badRequest("audiences: exactly one is allowed, not %v", inputs["audiences"])
		}
		data["credentialId"] = object
		id = strings.TrimPrefix(application, "/applications/") + "/federatedIdentityCredential/" + object
	case "group":
		if inputs["securityEnabled"] != true && inputs["mailEnabled"] != true {
			return "", nil, badRequest("group: securityEnabled or mailEnabled is needed")
		}
		id = "/groups/" + object
	case "groupMember":
		group, member := text(inputs, "groupObjectId"), text(inputs, "memberObjectId")
		if e.find("group", "objectId", group) == nil {
			return "", nil, notFound("Request_ResourceNotFound", "group %q does not exist", group)
		}
		if _, known := c.principalKind(member); !known {
			return "", nil, notFound("Request_ResourceNotFound", "member %q does not exist", member)
		}
		id = group + "/member/" + member
	}
	e.objects[id] = &entraObject{kind: kind, data: data}
	return id, data, nil
}

// remove deletes an object and what Entra deletes with it.
func (e *entra) remove(id string) {
	object := e.objects[id]
	if object == nil {
		return
	}
	delete(e.objects, id)
	if object.kind != "application" {
		return
	}
	for other, o := range e.objects {
		if o.kind == "servicePrincipal" && o.data["clientId"] == object.data["clientId"] || o.data["applicationId"] == id {
			delete(e.objects, other)
		}
	}
}

func (e *entra) find(kind, property, value string) *entraObject {
	for _, o := range e.objects {
		if o.kind == kind && value != "" && o.data[property] == value {
			return o
		}
	}
	return nil
}

func (e *entra) principalKind(objectID string) (kind string, known bool) {
	switch {
	case e.find("servicePrincipal", "objectId", objectID) != nil:
		return "ServicePrincipal", true
	case e.find("group", "objectId", objectID) != nil:
		return "Group", true
	default:
		return "", false
	}
}

// Directory lists the ids of the Entra objects that exist, in order.
func (c *Cloud) Directory() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for id := range c.entra.objects {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}
