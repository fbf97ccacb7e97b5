package azure

import "strings"

// ARM types with rules of their own.
const (
	groupType         = "Microsoft.Resources/resourceGroups"
	deploymentType    = "Microsoft.Resources/deployments"
	vaultType         = "Microsoft.KeyVault/vaults"
	logType           = "Microsoft.OperationalInsights/workspaces"
	componentType     = "Microsoft.Insights/components"
	registryType      = "Microsoft.ContainerRegistry/registries"
	storageType       = "Microsoft.Storage/storageAccounts"
	containerType     = "Microsoft.Storage/storageAccounts/blobServices/containers"
	identityType      = "Microsoft.ManagedIdentity/userAssignedIdentities"
	workspaceType     = "Microsoft.MachineLearningServices/workspaces"
	endpointType      = workspaceType + "/onlineEndpoints"
	onlineType        = endpointType + "/deployments"
	modelType         = workspaceType + "/models/versions"
	environmentType   = workspaceType + "/environments/versions"
	datastoreType     = workspaceType + "/datastores"
	assignmentType    = "Microsoft.Authorization/roleAssignments"
	roleType          = "Microsoft.Authorization/roleDefinitions"
	lockType          = "Microsoft.Authorization/locks"
	autoscaleType     = "Microsoft.Insights/autoscaleSettings"
	metricAlertType   = "Microsoft.Insights/metricAlerts"
	queryAlertType    = "Microsoft.Insights/scheduledQueryRules"
	actionGroupType   = "Microsoft.Insights/actionGroups"
	diagnosticsType   = "Microsoft.Insights/diagnosticSettings"
	workbookType      = "Microsoft.Insights/workbooks"
	dashboardType     = "Microsoft.Portal/dashboards"
	budgetType        = "Microsoft.Consumption/budgets"
	subscriptionsType = "Microsoft.Resources/subscriptions"
)

var ruleTable = map[string]rules{
	groupType:       {},
	deploymentType:  {check: checkTemplate, complete: completeTemplate},
	vaultType:       {check: checkVault, complete: completeVault, softDelete: true, globalName: true},
	logType:         {check: checkLog, complete: completeLog, softDelete: true, recovers: true},
	componentType:   {check: checkComponent, complete: completeComponent},
	registryType:    {check: checkRegistry, complete: completeRegistry, globalName: true},
	storageType:     {check: checkStorage, complete: completeStorage, globalName: true},
	identityType:    {complete: completeIdentity},
	workspaceType:   {check: checkWorkspace, complete: completeWorkspace, softDelete: true},
	endpointType:    {check: checkEndpoint, complete: completeEndpoint, settle: settleEndpoint, serial: true},
	onlineType:      {check: checkOnlineDeployment, settle: settleOnlineDeployment, remove: removeOnlineDeployment},
	modelType:       {check: checkModelVersion, remove: removeInUse},
	environmentType: {check: checkEnvironmentVersion, remove: removeInUse},
	assignmentType:  {check: checkAssignment, complete: completeAssignment, remove: removeAssignment},
	roleType:        {check: checkRole, remove: removeRole},
	lockType:        {check: checkLock},
	autoscaleType:   {check: checkAutoscale},
	metricAlertType: {check: checkMetricAlert},
	queryAlertType:  {check: checkQueryAlert},
	actionGroupType: {check: checkActionGroup},
	diagnosticsType: {check: checkDiagnostics},
	budgetType:      {check: checkBudget},
	workbookType:    {check: checkWorkbook},
	appsType:        {check: checkApps, complete: completeApps},
	appType:         {check: checkContainerApp, complete: completeContainerApp, settle: settleContainerApp},
	appAuthType:     {check: checkAppAuth},

	networkType:         {check: checkNetwork, remove: removeNetwork},
	subnetType:          {check: checkSubnet, remove: removeSubnet},
	privateEndpointType: {check: checkPrivateEndpoint, complete: completePrivateEndpoint},
	zoneGroupType:       {check: checkZoneGroup},
	zoneType:            {check: checkZone, remove: removeZone},
	zoneLinkType:        {check: checkZoneLink},
	zoneRecordType:      {check: checkZoneRecord},
}

func rulesOf(typ string) rules {
	if r, ok := ruleTable[typ]; ok {
		return r
	}
	for name, r := range ruleTable {
		if strings.EqualFold(name, typ) {
			return r
		}
	}
	return rules{}
}

// exists refuses a reference to something that isn't there or isn't there yet.
func (c *Cloud) exists(what, id string) *Error {
	r, ok := c.resources[key(id)]
	switch {
	case key(id) == key("/subscriptions/"+c.SubscriptionID):
		return nil
	case !ok:
		return badRequest("%s: %q does not exist", what, id)
	case r.State == stateCreating || r.State == stateDeleting:
		return badRequest("%s: %q is %s", what, id, r.State)
	}
	return nil
}

// systemIdentity completes an identity block: Azure makes the principal of a
// system-assigned identity and names those of user-assigned ones.
func (c *Cloud) systemIdentity(id resourceID, body map[string]any) *Error {
	identity := object(body, "identity")
	if identity == nil {
		return nil
	}
	if strings.Contains(text(identity, "type"), "SystemAssigned") {
		identity["principalId"] = guid("principal", id.full)
		identity["tenantId"] = c.TenantID
	}
	users := object(identity, "userAssignedIdentities")
	if strings.Contains(text(identity, "type"), "UserAssigned") && len(users) == 0 {
		return badRequest("identity.userAssignedIdentities: at least one id is needed for type %q", text(identity, "type"))
	}
	for user := range users {
		if failure := c.exists("identity.userAssignedIdentities", user); failure != nil {
			return failure
		}
		users[user] = map[string]any{
			"principalId": text(c.resources[key(user)].Body, "properties", "principalId"),
			"clientId":    text(c.resources[key(user)].Body, "properties", "clientId"),
		}
	}
	return nil
}
