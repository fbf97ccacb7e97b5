package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/keyvault/armkeyvault"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armresources"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/storage/armstorage"
	"github.com/google/uuid"
)

// Azure's built-in roles.
const (
	roleAccessControlAdministrator = "f58310d9-a9f6-439a-9e8d-f62e7b41a168"
	roleAcrPull                    = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
	roleAcrPush                    = "8311e382-0749-4cb8-b61a-304f252e45ec"
	roleBlobDataContributor        = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
	roleBlobDataReader             = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
	roleContributor                = "b24988ac-6180-42a0-ab88-20f7382dd24c"
	roleConnectionApprover         = "b556d68e-0be0-4f35-a333-ad7ee1ce17ea" // Azure AI Enterprise Network Connection Approver
	roleMetricsWriter              = "635dd51f-9968-44d3-b7fb-6d9a6bd613ae" // AzureML Metrics Writer
	roleReader                     = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
	roleKeyVaultCryptoUser         = "12338af0-0e69-4776-bea7-57ae8d297424"
)

// builder makes the parts in order, each only as far as it isn't there.
type builder struct {
	*cli
	names
	credential  azcore.TokenCredential
	out         io.Writer
	resources   *armresources.ClientFactory
	storage     *armstorage.ClientFactory
	vaults      *armkeyvault.ClientFactory
	roles       *armauthorization.RoleAssignmentsClient
	definitions *armauthorization.RoleDefinitionsClient
	entra       graph
}

func newBuilder(c *cli, n names, credential azcore.TokenCredential, options *arm.ClientOptions, out io.Writer) (*builder, error) {
	b := &builder{cli: c, names: n, credential: credential, out: out}
	var e1, e2, e3, e4, e5 error
	b.resources, e1 = armresources.NewClientFactory(c.Subscription, credential, options)
	b.storage, e2 = armstorage.NewClientFactory(c.Subscription, credential, options)
	b.vaults, e3 = armkeyvault.NewClientFactory(c.Subscription, credential, options)
	b.roles, e4 = armauthorization.NewRoleAssignmentsClient(c.Subscription, credential, options)
	b.definitions, e5 = armauthorization.NewRoleDefinitionsClient(credential, options)
	b.entra = newGraph(credential, options.ClientOptions)
	return b, errors.Join(e1, e2, e3, e4, e5)
}

func (b *builder) build(ctx context.Context) error {
	me, err := b.signedIn(ctx)
	if err != nil {
		return err
	}
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"resource group " + b.group, b.makeGroup},
		{"storage account " + b.account, b.makeAccount},
		{"container " + b.container, b.makeContainer},
		{"Key Vault " + b.vault, b.makeVault},
		{"key " + b.key, b.makeKey},
	} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
		if _, err := fmt.Fprintln(b.out, step.what); err != nil {
			return err
		}
	}
	kind, err := b.signedInAs(ctx)
	if err != nil {
		return err
	}
	if err := b.grant(ctx, me, kind, roleBlobDataContributor); err != nil {
		return err
	}
	for role, principals := range map[string][]string{roleBlobDataContributor: b.Writer, roleBlobDataReader: b.Reader} {
		for _, p := range principals {
			kind, err := b.entra.kind(ctx, p)
			if err != nil {
				return err
			}
			if err := b.grant(ctx, p, kind, role); err != nil {
				return err
			}
		}
	}
	return nil
}

var tags = map[string]*string{"managed-by": to.Ptr("azure-nlp-endpoint bootstrap")}

func (b *builder) makeGroup(ctx context.Context) error {
	_, err := b.resources.NewResourceGroupsClient().CreateOrUpdate(ctx, b.group, armresources.ResourceGroup{Location: &b.Location, Tags: tags}, nil)
	return err
}

func (b *builder) makeAccount(ctx context.Context) error {
	accounts := b.storage.NewAccountsClient()
	poller, err := accounts.BeginCreate(ctx, b.group, b.account, armstorage.AccountCreateParameters{
		Kind: to.Ptr(armstorage.KindStorageV2), Location: &b.Location, Tags: tags,
		SKU: &armstorage.SKU{Name: to.Ptr(armstorage.SKUNameStandardLRS)},
		Properties: &armstorage.AccountPropertiesCreateParameters{
			AllowBlobPublicAccess: to.Ptr(false), AllowSharedKeyAccess: to.Ptr(false), AllowCrossTenantReplication: to.Ptr(false),
			DefaultToOAuthAuthentication: to.Ptr(true), EnableHTTPSTrafficOnly: to.Ptr(true), MinimumTLSVersion: to.Ptr(armstorage.MinimumTLSVersionTLS12),
		},
	}, nil)
	if err != nil {
		return err
	}
	if _, err := poller.PollUntilDone(ctx, nil); err != nil {
		return err
	}
	// A state that was overwritten or deleted by mistake can be restored.
	kept := &armstorage.DeleteRetentionPolicy{Enabled: to.Ptr(true), Days: to.Ptr[int32](30)}
	_, err = b.storage.NewBlobServicesClient().SetServiceProperties(ctx, b.group, b.account, armstorage.BlobServiceProperties{
		BlobServiceProperties: &armstorage.BlobServicePropertiesProperties{
			IsVersioningEnabled: to.Ptr(true), DeleteRetentionPolicy: kept, ContainerDeleteRetentionPolicy: kept,
		},
	}, nil)
	return err
}

func (b *builder) makeContainer(ctx context.Context) error {
	_, err := b.storage.NewBlobContainersClient().Create(ctx, b.group, b.account, b.container, armstorage.BlobContainer{
		ContainerProperties: &armstorage.ContainerProperties{PublicAccess: to.Ptr(armstorage.PublicAccessNone)},
	}, nil)
	return err
}

func (b *builder) makeVault(ctx context.Context) error {
	tenant, err := b.claim(ctx, "tid")
	if err != nil {
		return err
	}
	poller, err := b.vaults.NewVaultsClient().BeginCreateOrUpdate(ctx, b.group, b.vault, armkeyvault.VaultCreateOrUpdateParameters{
		Location: &b.Location, Tags: tags,
		Properties: &armkeyvault.VaultProperties{
			TenantID: &tenant, SKU: &armkeyvault.SKU{Family: to.Ptr(armkeyvault.SKUFamilyA), Name: to.Ptr(armkeyvault.SKUNameStandard)},
			EnableRbacAuthorization: to.Ptr(true), EnableSoftDelete: to.Ptr(true),
			// Without the key no secret of any stack can be read again.
			EnablePurgeProtection: to.Ptr(true),
		},
	}, nil)
	if err != nil {
		return err
	}
	_, err = poller.PollUntilDone(ctx, nil)
	return err
}

func (b *builder) makeKey(ctx context.Context) error {
	_, err := b.vaults.NewKeysClient().CreateIfNotExist(ctx, b.group, b.vault, b.key, armkeyvault.KeyCreateParameters{
		Properties: &armkeyvault.KeyProperties{
			Kty: to.Ptr(armkeyvault.JSONWebKeyTypeRSA), KeySize: to.Ptr[int32](3072),
			KeyOps: []*armkeyvault.JSONWebKeyOperation{to.Ptr(armkeyvault.JSONWebKeyOperationEncrypt), to.Ptr(armkeyvault.JSONWebKeyOperationDecrypt)},
		},
	}, nil)
	return err
}

// grant gives a principal the role on the state, and the use of the key.
func (b *builder) grant(ctx context.Context, principal, kind, blobRole string) error {
	group := "/subscriptions/" + b.Subscription + "/resourceGroups/" + b.group
	vault := group + "/providers/Microsoft.KeyVault/vaults/" + b.vault
	account := group + "/providers/Microsoft.Storage/storageAccounts/" + b.account
	for scope, role := range map[string]string{
		account + "/blobServices/default/containers/" + b.container: blobRole,
		vault + "/keys/" + b.key:                                    roleKeyVaultCryptoUser,
	} {
		if err := b.assign(ctx, grant{principal: principal, kind: kind, role: role, scope: scope}); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(b.out, "roles of", principal)
	return err
}

// grant is a role assignment.
type grant struct {
	principal string
	// kind is what the principal is. Azure looks it up unless it is told, and
	// fails for one that was made a moment ago.
	kind        string
	role, scope string
	condition   string // attribute-based, optional
}

// assign makes a role assignment. Its name follows from what it says, so a second
// run finds it.
func (b *builder) assign(ctx context.Context, g grant) error {
	name := uuid.NewSHA1(uuid.NameSpaceURL, []byte(g.scope+"|"+g.role+"|"+g.principal)).String()
	properties := &armauthorization.RoleAssignmentProperties{
		PrincipalID: &g.principal, PrincipalType: to.Ptr(armauthorization.PrincipalType(g.kind)),
		RoleDefinitionID: to.Ptr("/subscriptions/" + b.Subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + g.role),
	}
	if g.condition != "" {
		properties.Condition, properties.ConditionVersion = &g.condition, to.Ptr("2.0")
	}
	_, err := b.roles.Create(ctx, g.scope, name, armauthorization.RoleAssignmentCreateParameters{Properties: properties}, nil)
	var failure *azcore.ResponseError
	if errors.As(err, &failure) && failure.StatusCode == http.StatusConflict && failure.ErrorCode == "RoleAssignmentExists" {
		return nil
	}
	if err != nil {
		return fmt.Errorf("role %s for %s on %s: %w", g.role, g.principal, g.scope, err)
	}
	return nil
}

// signedIn is the object id of whoever runs this.
func (b *builder) signedIn(ctx context.Context) (string, error) { return b.claim(ctx, "oid") }

// signedInAs is what whoever runs this is. A token that a user signed in for says
// what it may do for them in scp; an application's own has none.
func (b *builder) signedInAs(ctx context.Context) (string, error) {
	claims, err := b.claims(ctx)
	if _, delegated := claims["scp"]; delegated {
		return "User", err
	}
	return "ServicePrincipal", err
}

// claims are those of the token for Azure Resource Manager. Nothing rests on
// their truth: Azure checks the token itself.
func (b *builder) claims(ctx context.Context) (claims map[string]any, err error) {
	token, err := b.credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
	if err != nil {
		return nil, fmt.Errorf("sign in to Azure: %w", err)
	}
	if parts := strings.Split(token.Token, "."); len(parts) == 3 {
		if payload, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil {
			_ = json.Unmarshal(payload, &claims)
		}
	}
	return claims, nil
}

func (b *builder) claim(ctx context.Context, name string) (string, error) {
	claims, err := b.claims(ctx)
	if err != nil {
		return "", err
	}
	value, _ := claims[name].(string)
	if value == "" {
		return "", fmt.Errorf("the token of Azure names no %s: sign in as a user or a service principal", name)
	}
	return value, nil
}
