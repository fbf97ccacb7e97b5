package azure

import (
	"fmt"
	"strings"
)

// nativeType is what the azure-native provider knows of one Pulumi type.
type nativeType struct {
	arm  string // ARM type
	path string // ARM id with {parameters}, which are SDK inputs
	// version is the API version of the token without one, at v2.90.0.
	version string
	// properties is the SDK's name of the ARM body's properties where it isn't
	// flattened, such as onlineEndpointProperties.
	properties string
	// renamed maps SDK names to ARM names where they differ, at any depth.
	renamed map[string]string
	// nested maps SDK names to ARM names inside the lists or objects of the
	// given name.
	nested map[string]map[string]string
	// immutable lists SDK inputs, dotted, whose change replaces the resource.
	// Parameters of the path are so anyway.
	immutable []string
	// readOnly lists outputs, dotted, that no input holds, besides those that are
	// so everywhere.
	readOnly []string
	// autoName says how a missing name is made: random (name and 8 hex
	// digits), uuid or copy (the resource's logical name).
	autoName string
	// wrapped names lists whose items have an ARM body of their own: the SDK flattens
	// their properties too.
	wrapped []string
	// location says that the body has one, which Check fills in.
	location bool
}

const (
	inGroup     = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
	inWorkspace = inGroup + "/providers/Microsoft.MachineLearningServices/workspaces/{workspaceName}"
	insights    = inGroup + "/providers/Microsoft.Insights/"
)

// nativeTypes is keyed by module:Resource without the API version. Sources:
// paths and versions as in machinelearning-types.json and pulumi-facts.md of
// the project, replacing changes from the same.
var nativeTypes = map[string]nativeType{
	"resources:ResourceGroup": {
		arm: groupType, path: inGroup, version: "2022-09-01", autoName: "random", location: true,
		immutable: []string{"location", "managedBy"},
	},
	"resources:Deployment": {
		arm: deploymentType, path: inGroup + "/providers/Microsoft.Resources/deployments/{deploymentName}",
		version: "2022-09-01", autoName: "random", properties: "properties",
		// Without a location: only deployments at subscription scope have one.
	},
	"keyvault:Vault": {
		arm: vaultType, path: inGroup + "/providers/Microsoft.KeyVault/vaults/{vaultName}",
		version: "2023-02-01", autoName: "random", location: true, properties: "properties", immutable: []string{"location"},
	},
	"operationalinsights:Workspace": {
		arm: logType, path: inGroup + "/providers/Microsoft.OperationalInsights/workspaces/{workspaceName}",
		version: "2022-10-01", autoName: "random", location: true, immutable: []string{"location"},
	},
	"insights:Component": {
		arm: componentType, path: insights + "components/{resourceName}",
		version: "2020-02-02", autoName: "random", location: true, immutable: []string{"location"},
		renamed: map[string]string{
			"applicationType": "Application_Type", "flowType": "Flow_Type", "requestSource": "Request_Source",
			"hockeyAppId": "HockeyAppId", "samplingPercentage": "SamplingPercentage", "retentionInDays": "RetentionInDays",
			"disableIpMasking": "DisableIpMasking", "immediatePurgeDataOn30Days": "ImmediatePurgeDataOn30Days",
			"workspaceResourceId": "WorkspaceResourceId", "ingestionMode": "IngestionMode", "disableLocalAuth": "DisableLocalAuth",
			"forceCustomerStorageForProfiler": "ForceCustomerStorageForProfiler", "appId": "AppId",
			"applicationId": "ApplicationId", "instrumentationKey": "InstrumentationKey", "connectionString": "ConnectionString",
		},
	},
	"containerregistry:Registry": {
		arm: registryType, path: inGroup + "/providers/Microsoft.ContainerRegistry/registries/{registryName}",
		version: "2022-12-01", autoName: "random", location: true, immutable: []string{"location"},
	},
	"storage:StorageAccount": {
		arm: storageType, path: inGroup + "/providers/Microsoft.Storage/storageAccounts/{accountName}",
		version: "2022-09-01", autoName: "random", location: true,
		immutable: []string{"location", "isHnsEnabled", "isNfsV3Enabled", "encryption.requireInfrastructureEncryption"},
		renamed:   map[string]string{"enableHttpsTrafficOnly": "supportsHttpsTrafficOnly", "networkRuleSet": "networkAcls"},
	},
	"storage:BlobContainer": {
		arm:     containerType,
		path:    inGroup + "/providers/Microsoft.Storage/storageAccounts/{accountName}/blobServices/default/containers/{containerName}",
		version: "2022-09-01", autoName: "copy",
	},
	"managedidentity:UserAssignedIdentity": {
		arm: identityType, path: inGroup + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
		version: "2023-01-31", autoName: "random", location: true, immutable: []string{"location"},
	},
	"managedidentity:FederatedIdentityCredential": {
		arm: identityType + "/federatedIdentityCredentials",
		path: inGroup + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}" +
			"/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}",
		version: "2023-01-31", autoName: "copy",
	},
	"authorization:RoleAssignment": {
		arm: assignmentType, path: "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
		version: "2022-04-01", autoName: "uuid",
		immutable: []string{"principalId", "principalType", "roleDefinitionId", "condition", "conditionVersion", "delegatedManagedIdentityResourceId", "description"},
	},
	"authorization:RoleDefinition": {
		arm: roleType, path: "/{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}", version: "2022-05-01-preview", autoName: "uuid",
		renamed: map[string]string{"roleType": "type"},
	},
	"authorization:ManagementLockByScope": {
		arm: lockType, path: "/{scope}/providers/Microsoft.Authorization/locks/{lockName}", version: "2020-05-01", autoName: "random",
	},
	"authorization:ManagementLockAtResourceGroupLevel": {
		arm: lockType, path: inGroup + "/providers/Microsoft.Authorization/locks/{lockName}", version: "2020-05-01", autoName: "random",
	},
	"insights:AutoscaleSetting": {
		arm: autoscaleType, path: insights + "autoscaleSettings/{autoscaleSettingName}",
		version: "2022-10-01", autoName: "random", location: true, immutable: []string{"location"},
		nested: map[string]map[string]string{
			"dimensions": {"dimensionName": "DimensionName", "operator": "Operator", "values": "Values"},
		},
	},
	"insights:MetricAlert": {
		arm: metricAlertType, path: insights + "metricAlerts/{ruleName}",
		version: "2018-03-01", autoName: "random", location: true, immutable: []string{"location"},
	},
	"insights:ScheduledQueryRule": {
		arm: queryAlertType, path: insights + "scheduledQueryRules/{ruleName}",
		version: "2023-03-15-preview", autoName: "random", location: true, immutable: []string{"location"},
	},
	"insights:ActionGroup": {
		arm: actionGroupType, path: insights + "actionGroups/{actionGroupName}",
		version: "2023-01-01", autoName: "random", location: true, immutable: []string{"location"},
	},
	"insights:DiagnosticSetting": {
		arm: diagnosticsType, path: "/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
		version: "2021-05-01-preview", autoName: "random",
	},
	"insights:Workbook": {
		arm: workbookType, path: insights + "workbooks/{resourceName}",
		version: "2022-04-01", autoName: "random", location: true, immutable: []string{"location"},
	},
	"portal:Dashboard": {
		arm: dashboardType, path: inGroup + "/providers/Microsoft.Portal/dashboards/{dashboardName}",
		version: "2020-09-01-preview", autoName: "random", location: true, immutable: []string{"location"},
	},
	"consumption:Budget": {
		arm: budgetType, path: "/{scope}/providers/Microsoft.Consumption/budgets/{budgetName}", version: "2023-05-01", autoName: "random",
	},
	"app:ManagedEnvironment": {
		arm: appsType, path: inGroup + "/providers/Microsoft.App/managedEnvironments/{environmentName}",
		version: "2022-10-01", autoName: "random", location: true, immutable: []string{"location"},
		readOnly: []string{"defaultDomain", "staticIp"},
	},
	"app:ContainerApp": {
		arm: appType, path: inGroup + "/providers/Microsoft.App/containerApps/{containerAppName}",
		version: "2022-10-01", autoName: "random", location: true, immutable: []string{"location"},
		readOnly: []string{"latestRevisionName", "configuration.ingress.fqdn"},
	},
	"app:ContainerAppsAuthConfig": {
		arm: appAuthType, path: inGroup + "/providers/Microsoft.App/containerApps/{containerAppName}/authConfigs/{authConfigName}",
		version: "2022-10-01", autoName: "random",
	},
	"network:VirtualNetwork": {
		arm: networkType, path: inGroup + "/providers/" + networkType + "/{virtualNetworkName}",
		version: "2023-02-01", autoName: "random", location: true, immutable: []string{"location"},
	},
	"network:Subnet": {
		arm: subnetType, path: inGroup + "/providers/" + networkType + "/{virtualNetworkName}/subnets/{subnetName}",
		version: "2023-02-01", autoName: "copy", wrapped: []string{"delegations"},
	},
	"network:PrivateEndpoint": {
		arm: privateEndpointType, path: inGroup + "/providers/" + privateEndpointType + "/{privateEndpointName}",
		version: "2023-02-01", autoName: "random", location: true, immutable: []string{"location"}, wrapped: []string{"privateLinkServiceConnections"},
	},
	"network:PrivateDnsZoneGroup": {
		arm: zoneGroupType, path: inGroup + "/providers/" + privateEndpointType + "/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
		version: "2023-02-01", autoName: "copy", wrapped: []string{"privateDnsZoneConfigs"},
	},
	"network:PrivateZone": {
		arm: zoneType, path: inGroup + "/providers/" + zoneType + "/{privateZoneName}",
		version: "2020-06-01", autoName: "copy", location: true, immutable: []string{"location"},
	},
	"network:VirtualNetworkLink": {
		arm: zoneLinkType, path: inGroup + "/providers/" + zoneType + "/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}",
		version: "2020-06-01", autoName: "copy", location: true, immutable: []string{"location"},
	},
	"network:PrivateRecordSet": {
		arm: zoneRecordType, path: inGroup + "/providers/" + zoneType + "/{privateZoneName}/{recordType}/{relativeRecordSetName}",
		version: "2020-06-01", autoName: "copy",
	},
	"machinelearningservices:Workspace": {
		arm: workspaceType, path: inWorkspace, version: "2023-04-01", autoName: "random", location: true, immutable: []string{"location"},
	},
	"machinelearningservices:Datastore": {
		arm: datastoreType, path: inWorkspace + "/datastores/{name}", version: "2023-04-01", autoName: "copy", properties: "datastoreProperties",
	},
	"machinelearningservices:ModelContainer": {
		arm: workspaceType + "/models", path: inWorkspace + "/models/{name}", version: "2023-04-01", autoName: "copy",
		properties: "modelContainerProperties",
	},
	"machinelearningservices:ModelVersion": {
		arm: modelType, path: inWorkspace + "/models/{name}/versions/{version}", version: "2023-04-01", autoName: "copy",
		properties: "modelVersionProperties",
	},
	"machinelearningservices:EnvironmentContainer": {
		arm: workspaceType + "/environments", path: inWorkspace + "/environments/{name}", version: "2023-04-01", autoName: "copy",
		properties: "environmentContainerProperties",
	},
	"machinelearningservices:EnvironmentVersion": {
		arm: environmentType, path: inWorkspace + "/environments/{name}/versions/{version}", version: "2023-04-01", autoName: "copy",
		properties: "environmentVersionProperties",
		immutable: []string{
			"environmentVersionProperties.autoRebuild", "environmentVersionProperties.build", "environmentVersionProperties.condaFile",
			"environmentVersionProperties.image", "environmentVersionProperties.inferenceConfig", "environmentVersionProperties.osType",
		},
	},
	"machinelearningservices:OnlineEndpoint": {
		arm: endpointType, path: inWorkspace + "/onlineEndpoints/{endpointName}", version: "2023-04-01", autoName: "random", location: true,
		properties: "onlineEndpointProperties", immutable: []string{"location", "onlineEndpointProperties.keys"},
	},
	"machinelearningservices:OnlineDeployment": {
		arm: onlineType, path: inWorkspace + "/onlineEndpoints/{endpointName}/deployments/{deploymentName}",
		version: "2023-04-01", autoName: "copy", location: true, properties: "onlineDeploymentProperties",
		immutable: []string{"location", "onlineDeploymentProperties.instanceType"},
	},
}

// lookup splits a token such as azure-native:insights/v20221001:AutoscaleSetting
// into its type and API version.
func lookup(token string) (nativeType, string, error) {
	parts := strings.Split(token, ":")
	if len(parts) != 3 || parts[0] != "azure-native" {
		return nativeType{}, "", fmt.Errorf("resource type %s not found", token)
	}
	module, tag, _ := strings.Cut(parts[1], "/")
	t, ok := nativeTypes[module+":"+parts[2]]
	if !ok {
		return nativeType{}, "", fmt.Errorf("resource type %s not found: tests/azure/types.go does not describe it", token)
	}
	if tag == "" {
		return t, t.version, nil
	}
	version, err := apiVersion(tag)
	return t, version, err
}

// apiVersion turns v20230315preview into 2023-03-15-preview.
func apiVersion(tag string) (string, error) {
	if len(tag) < 9 || tag[0] != 'v' {
		return "", fmt.Errorf("%q is no API version tag such as v20241001", tag)
	}
	version := tag[1:5] + "-" + tag[5:7] + "-" + tag[7:9]
	if rest := tag[9:]; rest != "" {
		version += "-" + rest
	}
	return version, nil
}

// parameters lists the path's parameters in order, without the subscription.
func (t nativeType) parameters() []string {
	var out []string
	for _, part := range strings.Split(t.path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok && name != "subscriptionId}" {
			out = append(out, strings.TrimSuffix(name, "}"))
		}
	}
	return out
}

// id fills the path from SDK inputs.
func (t nativeType) id(subscription string, inputs map[string]any) (string, error) {
	id := strings.ReplaceAll(t.path, "{subscriptionId}", subscription)
	for _, name := range t.parameters() {
		value, ok := inputs[name].(string)
		if !ok || value == "" {
			return "", fmt.Errorf("missing required property '%s'", name)
		}
		id = strings.ReplaceAll(id, "{"+name+"}", strings.Trim(value, "/"))
	}
	return id, nil
}

// pathInputs are the SDK inputs that an id holds.
func (t nativeType) pathInputs(id string) map[string]any {
	out, parts := map[string]any{}, strings.Split(id, "/")
	for i, part := range strings.Split(t.path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok && name != "subscriptionId}" && i < len(parts) {
			out[strings.TrimSuffix(name, "}")] = parts[i]
		}
	}
	return out
}
