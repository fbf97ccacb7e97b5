package signin

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// refreshInterval is less than an assertion's life, so that the one in the file
// always has some minutes left.
const refreshInterval = 2 * time.Minute

// Children signs processes in that the command starts, such as pulumi: it returns
// what to add to their environment, and what ends it. Where no workflow runs it
// adds nothing: they find their own way as this process does.
//
// azure-native fetches assertions from GitHub by itself (ARM_USE_OIDC, and the
// variables that GitHub sets). The state's backend (gocloud's azureblob) and the
// secrets' (azurekeyvault) use azidentity's default credential, which reads them from
// a file: that is kept fresh here. ARM_OIDC_TOKEN_FILE_PATH isn't set, since
// azure-native reads such a file once.
func (l *Login) Children(ctx context.Context, warn func(error)) (env map[string]string, end func(), err error) {
	if l.github == nil {
		return map[string]string{}, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "azure-login-")
	if err != nil {
		return nil, nil, fmt.Errorf("sign in to Azure: %w", err)
	}
	file := filepath.Join(dir, "assertion")
	if err := l.github.write(ctx, file); err != nil {
		return nil, nil, fmt.Errorf("sign in to Azure: %w", err)
	}
	// An interrupted command still takes its rollout back, so the context's end
	// isn't this one's.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticks := time.NewTicker(l.github.interval)
		defer ticks.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticks.C:
				if err := l.github.write(ctx, file); err != nil && ctx.Err() == nil {
					warn(err) // the next tick tries again
				}
			}
		}
	}()
	return map[string]string{
			"ARM_USE_OIDC": "true", "ARM_CLIENT_ID": l.github.client, "ARM_TENANT_ID": l.github.tenant,
			"AZURE_TOKEN_CREDENTIALS": "WorkloadIdentityCredential",
			"AZURE_CLIENT_ID":         l.github.client, "AZURE_TENANT_ID": l.github.tenant, "AZURE_FEDERATED_TOKEN_FILE": file,
		}, func() {
			cancel()
			<-done
			_ = os.RemoveAll(dir)
		}, nil
}

// write puts a new assertion into a file, which a reader finds whole.
func (g *github) write(ctx context.Context, file string) error {
	assertion, err := g.assertion(ctx)
	if err != nil {
		return err
	}
	fresh := file + ".new"
	if err := os.WriteFile(fresh, []byte(assertion), 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, file)
}
