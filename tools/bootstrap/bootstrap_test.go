package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
	authfake "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/keyvault/armkeyvault"
	vaultfake "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/keyvault/armkeyvault/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armresources"
	groupfake "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armresources/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/storage/armstorage"
	storagefake "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/storage/armstorage/fake"
)

const (
	subscription = "00000000-0000-0000-0000-000000000001"
	me           = "00000000-0000-0000-0000-00000000000a"
	tenant       = "00000000-0000-0000-0000-00000000000b"
	deploys      = "00000000-0000-0000-0000-00000000000c"
	previews     = "00000000-0000-0000-0000-00000000000d"
)

// signedIn is a credential whose token names who it is for.
type signedIn struct{ payload string }

func (s signedIn) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "e30." + base64.RawURLEncoding.EncodeToString([]byte(s.payload)) + ".e30", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// cloud is the Azure that the SDKs' own fake servers make, with what it was
// asked for.
type cloud struct {
	account    *armstorage.AccountCreateParameters
	service    *armstorage.BlobServiceProperties
	vault      *armkeyvault.VaultCreateOrUpdateParameters
	key        *armkeyvault.KeyCreateParameters
	names      []string
	granted    map[string]string // assignment -> principal role
	kinds      map[string]string // assignment -> principalType
	conditions []string
	defined    map[string]armauthorization.RoleDefinition
	refusing   string // the role that may not be assigned
	entra      *directory

	resources, storage, vaults, roles, definitions policy.Transporter
}

func newCloud() *cloud {
	c := &cloud{granted: map[string]string{}, kinds: map[string]string{}, defined: map[string]armauthorization.RoleDefinition{}, entra: newDirectory()}
	c.resources = groupfake.NewServerFactoryTransport(&groupfake.ServerFactory{ResourceGroupsServer: groupfake.ResourceGroupsServer{
		CreateOrUpdate: func(_ context.Context, name string, _ armresources.ResourceGroup, _ *armresources.ResourceGroupsClientCreateOrUpdateOptions) (resp azfake.Responder[armresources.ResourceGroupsClientCreateOrUpdateResponse], errResp azfake.ErrorResponder) {
			c.names = append(c.names, name)
			resp.SetResponse(http.StatusOK, armresources.ResourceGroupsClientCreateOrUpdateResponse{}, nil)
			return
		},
	}})
	c.storage = storagefake.NewServerFactoryTransport(&storagefake.ServerFactory{
		AccountsServer: storagefake.AccountsServer{BeginCreate: func(_ context.Context, _, name string, p armstorage.AccountCreateParameters, _ *armstorage.AccountsClientBeginCreateOptions) (resp azfake.PollerResponder[armstorage.AccountsClientCreateResponse], errResp azfake.ErrorResponder) {
			c.names, c.account = append(c.names, name), &p
			resp.AddNonTerminalResponse(http.StatusAccepted, nil)
			resp.SetTerminalResponse(http.StatusOK, armstorage.AccountsClientCreateResponse{}, nil)
			return
		}},
		BlobServicesServer: storagefake.BlobServicesServer{SetServiceProperties: func(_ context.Context, _, _ string, p armstorage.BlobServiceProperties, _ *armstorage.BlobServicesClientSetServicePropertiesOptions) (resp azfake.Responder[armstorage.BlobServicesClientSetServicePropertiesResponse], errResp azfake.ErrorResponder) {
			c.service = &p
			resp.SetResponse(http.StatusOK, armstorage.BlobServicesClientSetServicePropertiesResponse{}, nil)
			return
		}},
		BlobContainersServer: storagefake.BlobContainersServer{Create: func(_ context.Context, _, _, name string, _ armstorage.BlobContainer, _ *armstorage.BlobContainersClientCreateOptions) (resp azfake.Responder[armstorage.BlobContainersClientCreateResponse], errResp azfake.ErrorResponder) {
			c.names = append(c.names, name)
			resp.SetResponse(http.StatusOK, armstorage.BlobContainersClientCreateResponse{}, nil)
			return
		}},
	})
	c.vaults = vaultfake.NewServerFactoryTransport(&vaultfake.ServerFactory{
		VaultsServer: vaultfake.VaultsServer{BeginCreateOrUpdate: func(_ context.Context, _, name string, p armkeyvault.VaultCreateOrUpdateParameters, _ *armkeyvault.VaultsClientBeginCreateOrUpdateOptions) (resp azfake.PollerResponder[armkeyvault.VaultsClientCreateOrUpdateResponse], errResp azfake.ErrorResponder) {
			c.names, c.vault = append(c.names, name), &p
			resp.SetTerminalResponse(http.StatusOK, armkeyvault.VaultsClientCreateOrUpdateResponse{}, nil)
			return
		}},
		KeysServer: vaultfake.KeysServer{CreateIfNotExist: func(_ context.Context, _, _, name string, p armkeyvault.KeyCreateParameters, _ *armkeyvault.KeysClientCreateIfNotExistOptions) (resp azfake.Responder[armkeyvault.KeysClientCreateIfNotExistResponse], errResp azfake.ErrorResponder) {
			c.names, c.key = append(c.names, name), &p
			resp.SetResponse(http.StatusOK, armkeyvault.KeysClientCreateIfNotExistResponse{}, nil)
			return
		}},
	})
	c.roles = authfake.NewRoleAssignmentsServerTransport(&authfake.RoleAssignmentsServer{
		Create: func(_ context.Context, scope, name string, p armauthorization.RoleAssignmentCreateParameters, _ *armauthorization.RoleAssignmentsClientCreateOptions) (resp azfake.Responder[armauthorization.RoleAssignmentsClientCreateResponse], errResp azfake.ErrorResponder) {
			role := *p.Properties.RoleDefinitionID
			role = role[strings.LastIndex(role, "/")+1:]
			switch _, there := c.granted[scope+" "+name]; {
			case role == c.refusing:
				errResp.SetResponseError(http.StatusForbidden, "AuthorizationFailed")
			case there:
				errResp.SetResponseError(http.StatusConflict, "RoleAssignmentExists")
			default:
				if p.Properties.PrincipalType == nil {
					// Azure looks for a principal in vain that was made a moment ago.
					errResp.SetResponseError(http.StatusBadRequest, "PrincipalNotFound")
					return
				}
				c.kinds[scope+" "+name] = string(*p.Properties.PrincipalType)
				if p.Properties.Condition != nil {
					c.conditions = append(c.conditions, *p.Properties.Condition)
				}
				c.granted[scope+" "+name] = *p.Properties.PrincipalID + " " + role
				resp.SetResponse(http.StatusCreated, armauthorization.RoleAssignmentsClientCreateResponse{}, nil)
			}
			return
		},
	})
	c.definitions = authfake.NewRoleDefinitionsServerTransport(&authfake.RoleDefinitionsServer{
		CreateOrUpdate: func(_ context.Context, _, id string, d armauthorization.RoleDefinition, _ *armauthorization.RoleDefinitionsClientCreateOrUpdateOptions) (resp azfake.Responder[armauthorization.RoleDefinitionsClientCreateOrUpdateResponse], errResp azfake.ErrorResponder) {
			c.defined[id] = d
			resp.SetResponse(http.StatusCreated, armauthorization.RoleDefinitionsClientCreateOrUpdateResponse{}, nil)
			return
		},
	})
	return c
}

// Do implements policy.Transporter: the request goes to the provider's fake. A
// role's scope names providers too, so roles come first.
func (c *cloud) Do(r *http.Request) (*http.Response, error) {
	switch path := r.URL.Path; {
	case r.URL.Host == "graph.microsoft.com":
		return c.entra.Do(r)
	case strings.Contains(path, "/Microsoft.Authorization/roleDefinitions/"):
		return c.definitions.Do(r)
	case strings.Contains(path, "/Microsoft.Authorization/"):
		return c.roles.Do(r)
	case strings.Contains(path, "/Microsoft.KeyVault/"):
		return c.vaults.Do(r)
	case strings.Contains(path, "/Microsoft.Storage/"):
		return c.storage.Do(r)
	}
	return c.resources.Do(r)
}

func (c *cloud) build(t *testing.T, options *cli, payload string) (string, error) {
	t.Helper()
	if err := options.check(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	b, err := newBuilder(options, options.names(), signedIn{payload}, &arm.ClientOptions{ClientOptions: policy.ClientOptions{Transport: c}}, &out)
	if err != nil {
		t.Fatal(err)
	}
	err = b.build(t.Context())
	return out.String(), err
}

func options() *cli {
	return &cli{Subscription: subscription, Location: "westeurope", Name: "nlp", Writer: []string{deploys}, Reader: []string{previews}}
}

const token = `{"oid": "` + me + `", "tid": "` + tenant + `"}`

func TestBuild(t *testing.T) {
	c := newCloud()
	out, err := c.build(t, options(), token)
	if err != nil {
		t.Fatal(err)
	}
	n := options().names()
	if want := []string{n.group, n.account, n.container, n.vault, n.key}; !slices.Equal(c.names, want) {
		t.Errorf("made %q, want %q", c.names, want)
	}
	p := c.account.Properties
	if *p.AllowSharedKeyAccess || *p.AllowBlobPublicAccess || !*p.EnableHTTPSTrafficOnly || *p.MinimumTLSVersion != armstorage.MinimumTLSVersionTLS12 {
		t.Errorf("the account takes keys, the public, or old TLS: %+v", p)
	}
	if s := c.service.BlobServiceProperties; !*s.IsVersioningEnabled || *s.DeleteRetentionPolicy.Days != 30 {
		t.Errorf("states are not kept: %+v", s)
	}
	if v := c.vault.Properties; !*v.EnableRbacAuthorization || !*v.EnablePurgeProtection || *v.TenantID != tenant {
		t.Errorf("vault %+v", v)
	}
	if k := c.key.Properties; *k.Kty != armkeyvault.JSONWebKeyTypeRSA || *k.KeySize != 3072 || len(k.KeyOps) != 2 {
		t.Errorf("key %+v", k)
	}
	var got []string
	for at, what := range c.granted {
		scope, _, _ := strings.Cut(at, " ")
		got = append(got, scope[strings.LastIndex(scope, "/")+1:]+" "+what)
	}
	slices.Sort(got)
	want := []string{
		"pulumi " + deploys + " " + roleKeyVaultCryptoUser, "pulumi " + me + " " + roleKeyVaultCryptoUser, "pulumi " + previews + " " + roleKeyVaultCryptoUser,
		"state " + deploys + " " + roleBlobDataContributor, "state " + me + " " + roleBlobDataContributor, "state " + previews + " " + roleBlobDataReader,
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("roles\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !strings.Contains(out, "roles of "+previews) {
		t.Error(out)
	}
	// A second run finds all of it.
	if _, err := c.build(t, options(), token); err != nil || len(c.granted) != len(want) {
		t.Errorf("a second run: %v, %d roles", err, len(c.granted))
	}
}

func TestFailures(t *testing.T) {
	c := newCloud()
	c.refusing = roleKeyVaultCryptoUser
	if _, err := c.build(t, options(), token); err == nil || !strings.Contains(err.Error(), "role "+roleKeyVaultCryptoUser+" for "+me) || !strings.Contains(err.Error(), "AuthorizationFailed") {
		t.Errorf("%v", err)
	}
	if _, err := newCloud().build(t, options(), `{"tid": "x"}`); err == nil || !strings.Contains(err.Error(), "names no oid") {
		t.Errorf("a token without a name: %v", err)
	}
	c = newCloud()
	c.vaults = refuses{}
	if _, err := c.build(t, options(), token); err == nil || !strings.Contains(err.Error(), "Key Vault "+options().names().vault+": ") || c.key != nil {
		t.Errorf("%v", err)
	}
}

// refuses is a provider that nobody registered.
type refuses struct{}

func (refuses) Do(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusConflict, Request: r, Header: http.Header{"X-Ms-Error-Code": {"MissingSubscriptionRegistration"}}, Body: http.NoBody}, nil
}

func TestOptions(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"--subscription", "prod", "--location", "West Europe", "--name", "X", "--reader", "ci"}, &out, &errs); code != 2 {
		t.Errorf("exit status %d", code)
	}
	for _, want := range []string{`--subscription is "prod"`, `--location is "West Europe"`, `--name is "X"`, `--reader is "ci"`} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("%q is missing: %s", want, &errs)
		}
	}
	out.Reset()
	if code := run([]string{"--subscription", subscription, "--location", "westeurope", "--plan"}, &out, &errs); code != 0 || !strings.Contains(out.String(), options().names().account) {
		t.Errorf("exit status %d: %s", code, &out)
	}
}

// TestNames: Azure refuses longer ones, and other characters.
func TestNames(t *testing.T) {
	n := (&cli{Subscription: subscription, Name: "abcdefgh"}).names()
	if len(n.account) > 24 || len(n.vault) > 24 {
		t.Errorf("%s, %s: over 24 characters", n.account, n.vault)
	}
	if other := (&cli{Subscription: me, Name: "abcdefgh"}).names(); other.account == n.account {
		t.Error("two subscriptions have the same account")
	}
	if b := new(bytes.Buffer); n.instructions(b) != nil || !strings.Contains(b.String(), "azblob://state?storage_account="+n.account) {
		t.Error(b)
	}
}
