package stackconfig

// defaultConfig is what holds where a stack says nothing, private or not.
func defaultConfig(private bool) Config {
	sku, isolation := "Basic", NotIsolated
	if private {
		sku, isolation = Premium, ApprovedOutbound
	}
	return Config{
		Name:      "nlp",
		Hosting:   ManagedEndpoint,
		Awake:     true,
		KeyVault:  KeyVault{PurgeProtection: true, SoftDeleteRetentionDays: 7},
		Logs:      Logs{RetentionDays: 30, DailyCapGB: 1},
		Registry:  Registry{SKU: sku},
		Storage:   Storage{Container: "models", SKU: "Standard_LRS"},
		Workspace: Workspace{Isolation: isolation},
		Endpoint:  Endpoint{AuthMode: "aad_token"},
		Bot:       Bot{TokenSecret: "telegram-bot-token"},
		Alerts: Alerts{
			Enabled: true, FailedRequestsPercent: 1, LatencyP95Milliseconds: 1000,
			DiskPercent: 85, MemoryPercent: 90, GPUMemoryPercent: 95,
		},
	}
}

// defaultBuild is what holds where a build says nothing.
func defaultBuild() Build {
	return Build{Context: ".", Dockerfile: "inference/Dockerfile", Cache: true}
}

// defaultDeployment is what holds where a deployment says nothing.
func defaultDeployment(hosting string) Deployment {
	d := Deployment{
		InstanceCount: 1,
		Requests:      Requests{TimeoutSeconds: 30, MaxConcurrent: 64},
		Probes:        Probes{StartupSeconds: 300, PeriodSeconds: 10, TimeoutSeconds: 2},
	}
	if hosting == ContainerApp {
		d.InstanceCount, d.Replicas, d.Probes.StartupSeconds = 0, Replicas{Maximum: 1}, MaxQuickStart
	}
	return d
}
