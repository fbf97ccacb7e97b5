package azure

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// Server serves the providers azure-native and docker-build in front
// of a Cloud, on ports of the loopback address.
type Server struct {
	nativePort, buildPort int
	cancel                chan bool
	done                  []<-chan error
}

// Serve starts the providers.
func Serve(cloud *Cloud) (*Server, error) {
	s := &Server{cancel: make(chan bool)}
	start := func(provider pulumirpc.ResourceProviderServer) (int, error) {
		handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
			Cancel: s.cancel,
			Init: func(server *grpc.Server) error {
				pulumirpc.RegisterResourceProviderServer(server, provider)
				return nil
			},
		})
		if err != nil {
			return 0, fmt.Errorf("azure: serve a provider: %w", err)
		}
		s.done = append(s.done, handle.Done)
		return handle.Port, nil
	}
	var err error
	if s.nativePort, err = start(&nativeProvider{cloud: cloud}); err != nil {
		return nil, err
	}
	if s.buildPort, err = start(&buildProvider{nativeProvider{cloud: cloud}}); err != nil {
		return nil, err
	}
	return s, nil
}

// Providers is the value of PULUMI_DEBUG_PROVIDERS that makes the engine use
// the providers.
func (s *Server) Providers() string {
	return fmt.Sprintf("azure-native:%d,docker-build:%d", s.nativePort, s.buildPort)
}

// Close stops the providers and waits for them.
func (s *Server) Close() {
	close(s.cancel)
	for _, done := range s.done {
		<-done
	}
}
