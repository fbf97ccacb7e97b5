// Package azurite runs Azurite, Microsoft's stand-in for Azure Storage, for
// tests: Start a server, sign in by key or by a Token as Microsoft Entra gives
// them, and break connections to it with a Proxy.
package azurite

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// Account is the storage account that a Server has.
const Account = "offline"

// Key is the account's. It opens nothing but the server on this machine.
var Key = base64.StdEncoding.EncodeToString([]byte("a key that opens nothing but a test's own server, and that is 64 bytes"))

// Server is a running Azurite.
type Server struct {
	// Endpoint is the address of the account's blob service.
	Endpoint string
	// Folder is where it keeps its data.
	Folder string
	// CertFile holds the certificate to trust, where the server speaks https.
	CertFile string
	// HTTP trusts it.
	HTTP *http.Client
}

var listening = regexp.MustCompile(`listens on (https?://\S+)`)

// Start runs a server, which ends with the test. tls makes it speak https and
// take Entra's tokens too.
func Start(t testing.TB, tls bool) *Server {
	t.Helper()
	program, err := fetch()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Folder: t.TempDir(), HTTP: http.DefaultClient}
	arguments := []string{program, "--silent", "--disableTelemetry", "--skipApiVersionCheck", "--location", s.Folder, "--blobPort", "0"}
	if tls {
		key := ""
		if s.CertFile, key, s.HTTP, err = certificate(t.TempDir()); err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, "--cert", s.CertFile, "--key", key, "--oauth", "basic")
	}
	command := exec.Command("node", arguments...)
	command.Env = append(os.Environ(), "AZURITE_ACCOUNTS="+Account+":"+Key)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if address := listening.FindStringSubmatch(lines.Text()); address != nil {
				found <- address[1]
			}
		}
		_ = command.Wait()
	}()
	t.Cleanup(func() {
		_ = command.Process.Kill()
		<-ended
	})
	select {
	case address := <-found:
		s.Endpoint = address + "/" + Account
	case <-ended:
		t.Fatal("azurite ended before it listened")
	case <-time.After(time.Minute):
		t.Fatal("azurite doesn't listen")
	}
	return s
}

// fetch returns the program's path.
func fetch() (string, error) {
	command := exec.Command(filepath.Join(scorerproc.Root(), "scripts", "fetch-npm.sh"), filepath.Join(scorerproc.Root(), "tools", "azurite"))
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("azurite: scripts/fetch-npm.sh: %w", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "azurite", "dist", "src", "blob", "main.js"), nil
}

// NewContainer makes a container and returns a client that signs in with the
// key.
func (s *Server) NewContainer(ctx context.Context, name string) (*container.Client, error) {
	credential, err := container.NewSharedKeyCredential(Account, Key)
	if err != nil {
		return nil, err
	}
	options := &container.ClientOptions{}
	options.Transport = s.HTTP
	client, err := container.NewClientWithSharedKeyCredential(s.Endpoint+"/"+name, credential, options)
	if err != nil {
		return nil, err
	}
	_, err = client.Create(ctx, nil)
	return client, err
}

// Token is an access token as Entra issues them for Azure Storage. Azurite
// looks at what it says, not at who signed it.
func Token() string {
	now := time.Now()
	part := func(v map[string]any) string {
		data, err := json.Marshal(v)
		if err != nil {
			panic(err) // strings and numbers alone
		}
		return base64.RawURLEncoding.EncodeToString(data)
	}
	return part(map[string]any{"typ": "JWT", "alg": "RS256"}) + "." + part(map[string]any{
		"aud": "https://storage.azure.com", "iss": "https://sts.windows.net/00000000-0000-4000-8000-000000000002/",
		"iat": now.Add(-time.Minute).Unix(), "nbf": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix(),
	}) + "." + base64.RawURLEncoding.EncodeToString([]byte("nobody signed this"))
}
