package infra

// defaultConfig is what holds where a stack says nothing.
func defaultConfig() Config {
	return Config{
		Name:      "nlp",
		Awake:     true,
		KeyVault:  KeyVaultConfig{PurgeProtection: true, SoftDeleteRetentionDays: 7},
		Logs:      LogsConfig{RetentionDays: 30, DailyCapGB: 1},
		Registry:  RegistryConfig{SKU: "Basic"},
		Storage:   StorageConfig{Container: "models", SKU: "Standard_LRS", SharedKeyAccess: true},
		Workspace: WorkspaceConfig{PublicNetworkAccess: true, Isolation: "Disabled"},
		Endpoint:  EndpointConfig{AuthMode: "aad_token", PublicNetworkAccess: true},
		Alerts: AlertsConfig{
			Enabled: true, FailedRequestsPercent: 1, LatencyP95Milliseconds: 1000,
			DiskPercent: 85, MemoryPercent: 90, GPUMemoryPercent: 95,
		},
	}
}

// defaultBuild is what holds where a build says nothing.
func defaultBuild() BuildConfig {
	return BuildConfig{Context: ".", Dockerfile: "inference/Dockerfile", Cache: true}
}

// defaultDeployment is what holds where a deployment says nothing.
func defaultDeployment() DeploymentConfig {
	return DeploymentConfig{
		InstanceCount: 1,
		Requests:      RequestsConfig{TimeoutSeconds: 30, MaxConcurrent: 64},
		Probes:        ProbesConfig{StartupSeconds: 300, PeriodSeconds: 10, TimeoutSeconds: 2},
	}
}
