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
	roleBlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
	roleBlobDataReader      = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
	roleKeyVaultCryptoUser  = "12338af0-0e69-4776-bea7-57ae8d297424"
)

// builder makes the parts in order, each only as far as it isn't there.
type builder struct {
	*cli
	names
	credential azcore.TokenCredential
	out        io.Writer
	resources  *armresources.ClientFactory
	storage    *armstorage.ClientFactory
	vaults     *armkeyvault.ClientFactory
	roles      *armauthorization.RoleAssignmentsClient
}

func newBuilder(c *cli, n names, credential azcore.TokenCredential, options *arm.ClientOptions, out io.Writer) (*builder, error) {
	b := &builder{cli: c, names: n, credential: credential, out: out}
	var e1, e2, e3, e4 error
	b.resources, e1 = armresources.NewClientFactory(c.Subscription, credential, options)
	b.storage, e2 = armstorage.NewClientFactory(c.Subscription, credential, options)
	b.vaults, e3 = armkeyvault.NewClientFactory(c.Subscription, credential, options)
	b.roles, e4 = armauthorization.NewRoleAssignmentsClient(c.Subscription, credential, options)
	return b, errors.Join(e1, e2, e3, e4)
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
	for _, p := range append([]string{me}, b.Writer...) {
		if err := b.grant(ctx, p, roleBlobDataContributor); err != nil {
			return err
		}
	}
	for _, p := range b.Reader {
		if err := b.grant(ctx, p, roleBlobDataReader); err != nil {
			return err
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
	// A state that was overwritten or deleted by mistake can be had back.
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
func (b *builder) grant(ctx context.Context, principal, blobRole string) error {
	group := "/subscriptions/" + b.Subscription + "/resourceGroups/" + b.group
	vault := group + "/providers/Microsoft.KeyVault/vaults/" + b.vault
	account := group + "/providers/Microsoft.Storage/storageAccounts/" + b.account
	for _, g := range []struct{ scope, role string }{
		{account + "/blobServices/default/containers/" + b.container, blobRole},
		{vault + "/keys/" + b.key, roleKeyVaultCryptoUser},
	} {
		// The name follows from what it says, so a second run finds it.
		name := uuid.NewSHA1(uuid.NameSpaceURL, []byte(g.scope+"|"+g.role+"|"+principal)).String()
		_, err := b.roles.Create(ctx, g.scope, name, armauthorization.RoleAssignmentCreateParameters{
			Properties: &armauthorization.RoleAssignmentProperties{
				PrincipalID:      &principal,
				RoleDefinitionID: to.Ptr("/subscriptions/" + b.Subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + g.role),
			},
		}, nil)
		var failure *azcore.ResponseError
		if errors.As(err, &failure) && failure.StatusCode == http.StatusConflict && failure.ErrorCode == "RoleAssignmentExists" {
			continue
		}
		if err != nil {
			return fmt.Errorf("role %s for %s on %s: %w", g.role, principal, g.scope, err)
		}
	}
	_, err := fmt.Fprintln(b.out, "roles of", principal)
	return err
}

// signedIn is the object id of whoever runs this.
func (b *builder) signedIn(ctx context.Context) (string, error) { return b.claim(ctx, "oid") }

// claim reads a claim of the token for Azure Resource Manager. Nothing rests on
// its truth: Azure checks the token itself.
func (b *builder) claim(ctx context.Context, name string) (string, error) {
	token, err := b.credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
	if err != nil {
		return "", fmt.Errorf("sign in to Azure: %w", err)
	}
	parts := strings.Split(token.Token, ".")
	var claims map[string]any
	if len(parts) == 3 {
		if payload, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil {
			_ = json.Unmarshal(payload, &claims)
		}
	}
	value, _ := claims[name].(string)
	if value == "" {
		return "", fmt.Errorf("the token of Azure names no %s: sign in as a user or a service principal", name)
	}
	return value, nil
}
